import { readFile } from 'node:fs/promises'

const marked = /<!-- run: ([\w-]+) -->\n```sh\n([\s\S]*?)```/g

/** The shell blocks of a page that are marked `<!-- run: name -->`, by name. */
export const runnableBlocks = async (page: string): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(page, 'utf8')
  return new Map([...text.matchAll(marked)].map(([, name = '', block = '']) => [name, block]))
}
