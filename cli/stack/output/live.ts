import { stripVTControlCharacters } from 'node:util'

import { createLogUpdate } from 'log-update'

import { painter } from './colours.ts'
import type { Output, Surface } from './output.ts'
import { emptyTree, grown, treeLines } from './tree.ts'

const frameMs = 100

export interface Screen extends Surface {
  readonly stream: NodeJS.WriteStream
}

/** Cuts to what is visible: a line that wraps would be counted as one and leave its rest behind. */
const fitting = (line: string, columns: number): string => {
  const visible = stripVTControlCharacters(line)
  return visible.length <= columns ? line : `${visible.slice(0, columns - 1)}…`
}

/** One tree, drawn anew ten times a second; what is printed stays above it. */
export const liveOutput = ({ stream, write, colours, now }: Screen): Output => {
  const paint = painter(colours)
  const update = createLogUpdate(stream)
  let tree = emptyTree
  let stands = false
  const place = (lines: readonly string[]): void => {
    stands = true
    update(lines.map((line) => fitting(line, stream.columns)).join('\n'))
  }
  const draw = (): void => {
    if (tree.phases.length > 0) place(treeLines(tree, now().getTime(), stream.rows, paint))
  }
  const timer = setInterval(draw, frameMs).unref()
  const rest = (): void => {
    draw()
    if (stands) update.done()
    stands = false
    tree = emptyTree
  }
  return {
    emit: (event) => { tree = grown(tree, event, now().getTime()) },
    print: (text) => {
      rest()
      write(`${text}\n`)
    },
    show: (text) => place(text.split('\n')),
    end: () => {
      clearInterval(timer)
      rest()
    },
  }
}
