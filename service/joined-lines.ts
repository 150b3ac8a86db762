/** Where a logger writes its lines. */
export interface LineStream {
  readonly write: (line: string) => void
  /** Writes what there is at once. */
  readonly flush: () => void
}

/** Lines of one turn of the event loop, written together: each write is a call of the kernel. */
export const joinedLines = (write: (text: string) => void): LineStream => {
  let lines = ''
  const flush = (): void => {
    const text = lines
    lines = ''
    if (text !== '') write(text)
  }
  return {
    write: (line) => {
      if (lines === '') setImmediate(flush)
      lines += line
    },
    flush,
  }
}
