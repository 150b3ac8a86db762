/** Takes one finished line of progress; where it goes is the caller's matter. */
export type Progress = (line: string) => void

export const silent: Progress = () => undefined

const FIRST_LINE_AFTER_MS = 1000
const STILL_WORKING_EVERY_MS = 30_000

/** Runs `work` and reports `title` with its seconds at the end; longer work also says that it began, and that it goes on. */
export async function step<T>(progress: Progress, title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const seconds = (): string => ((performance.now() - start) / 1000).toFixed(1)
  const began = setTimeout(() => progress(`${title} ...`), FIRST_LINE_AFTER_MS)
  const goesOn = setInterval(() => progress(`${title}: still working after ${seconds()} s`), STILL_WORKING_EVERY_MS)
  try {
    const result = await work()
    progress(`${title}: ${seconds()} s`)
    return result
  } finally {
    clearTimeout(began)
    clearInterval(goesOn)
  }
}
