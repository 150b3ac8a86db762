import { extname } from 'node:path'

import { dotOf, mermaidOf, type Picture, svgOf } from '../../graph/index.ts'
import { StackError } from '../errors.ts'
import { formats, type Options } from '../options.ts'

export type Format = (typeof formats)[number]

const extensions: Readonly<Record<string, Format>> = { '.mmd': 'mermaid', '.dot': 'dot', '.gv': 'dot', '.svg': 'svg', '.png': 'png' }

/**
 * The format that was asked for, by name or by the name of the file.
 * @throws StackError when it cannot be told, or cannot be printed
 */
export const formatOf = ({ format, out }: Pick<Options, 'format' | 'out'>): Format => {
  const chosen = format ?? (out === undefined ? 'mermaid' : extensions[extname(out).toLowerCase()])
  if (chosen === undefined) throw new StackError('usage', `--out ${out ?? ''}: the name says no format`, `give it --format ${formats.join('|')}, or one of the endings ${Object.keys(extensions).join(', ')}`)
  if (chosen === 'png' && out === undefined) throw new StackError('usage', 'a PNG is no text', 'give it --out FILE')
  return chosen
}

/** The picture in a format; a PNG as its bytes. Libraries are loaded for the format that needs them. */
export const drawn = async (picture: Picture, format: Format): Promise<string | Buffer> => {
  switch (format) {
    case 'mermaid':
      return mermaidOf(picture)
    case 'dot':
      return dotOf(picture)
    case 'svg':
      return svgOf(picture)
    case 'png':
      return (await import('../../graph/png.ts')).pngOf(await svgOf(picture))
  }
}
