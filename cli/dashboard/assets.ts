import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { graphStyle } from '../graph/svg.ts'

/** A file of the page. */
export interface Asset {
  readonly type: string
  readonly body: string | Buffer
}

/** What the page is made of, by its path under the address of the page. */
export interface Assets {
  readonly files: ReadonlyMap<string, Asset>
  /** Digests of the scripts that stand in the page itself, as a Content-Security-Policy has them. */
  readonly scriptDigests: readonly string[]
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const page = fileURLToPath(new URL('page/', import.meta.url))
const { resolve } = createRequire(import.meta.url)

/** The files of lit-html that the page loads, beside what they load themselves. */
const litFiles = ['lit-html.js', 'directive.js', 'directive-helpers.js', 'directives/repeat.js'] as const

/** Files for the browser: Node's own resolution gives those for Node, which stand a folder below. */
const litFolder = (): string => join(resolve('lit-html'), '../..')

const script = /<script type="importmap">([^]*?)<\/script>/

const inlineDigests = (html: string): string[] => {
  const [, text] = script.exec(html) ?? []
  return text === undefined ? [] : [`sha256-${createHash('sha256').update(text).digest('base64')}`]
}

// The layout counts with a font as wide as Arial, which a machine may lack.
const font = resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf')
const fontFace = '@font-face{font-family:Arimo;src:url(arimo.ttf) format("truetype");font-display:swap}\n'

/** Reads all that the page loads. */
export const readAssets = async (): Promise<Assets> => {
  const names = (await readdir(page)).filter((name) => types[extname(name)] !== undefined)
  const own = await Promise.all(names.map(async (name): Promise<[string, Asset]> => [name, { type: types[extname(name)] ?? '', body: await readFile(join(page, name), 'utf8') }]))
  const lit = await Promise.all(litFiles.map(async (name): Promise<[string, Asset]> => [`lit-html/${name}`, { type: types['.js'] ?? '', body: await readFile(join(litFolder(), name), 'utf8') }]))
  const html = String(own.find(([name]) => name === 'index.html')?.[1].body)
  const made: [string, Asset][] = [
    ['graph.css', { type: types['.css'] ?? '', body: fontFace + graphStyle }],
    ['arimo.ttf', { type: 'font/ttf', body: await readFile(font) }],
  ]
  return { files: new Map([...own, ...lit, ...made]), scriptDigests: inlineDigests(html) }
}
