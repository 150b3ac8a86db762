import { Graphviz } from '@hpcc-js/wasm-graphviz'

import { classOf, dotOf } from './dot.ts'
import { dark, light } from './palette.ts'
import type { Mark, Picture } from './picture.ts'

const root = 'stack-graph'

const marks = Object.keys(dark.marks) as Mark[] // the keys are the marks

/** The ground, and the same behind the texts of edges, which other edges may cross. */
const ground = ({ ground: colour }: typeof light): string[] => [`.graph>polygon{fill:${colour}}`, `.edge>text{stroke:${colour}}`]

/** The rules that put the colours of a palette in the place of those that the layout wrote. */
const rules = (colours: typeof light): string[] => {
  const shape = (role: string, fill: string, line: string, text: string): string[] => [
    `.${role}>:is(polygon,path,polyline,ellipse){fill:${fill};stroke:${line}}`,
    `.${role}>polyline{fill:none}`,
    `.${role}>text{fill:${text}}`,
  ]
  const edge = (selector: string, line: string, text: string): string[] => [`${selector}>path{stroke:${line}}`, `${selector}>polygon{fill:${line};stroke:${line}}`, `${selector}>text{fill:${text}}`]
  return [
    ...ground(colours),
    ...Object.entries(colours.nodes).flatMap(([role, { fill, line, text }]) => shape(role, fill, line, text)),
    ...Object.entries(colours.edges).flatMap(([kind, line]) => edge(`.edge.${kind}`, line, colours.text)),
    ...marks.flatMap((mark) => edge(`.edge.${classOf(mark)}`, colours.marks[mark], colours.marks[mark])),
  ]
}

const sheet = (of: readonly string[]): string => of.map((rule) => `.${root} ${rule}`).join('\n')

const font = 'text{font-family:Arial,Arimo,"Liberation Sans",Helvetica,sans-serif}'
const halo = '.edge>text{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}'
const style = `<style>\n${sheet([font, halo, ...ground(light)])}\n@media (prefers-color-scheme:dark){\n${sheet(rules(dark))}\n}\n</style>`

/** The style sheet of graphs that are laid out without one: light or dark, and with a colour for every mark, whichever an edge had when it was laid out. */
export const graphStyle = `${sheet([font, halo, ...rules(light)])}\n@media (prefers-color-scheme:dark){\n${sheet(rules(dark))}\n}\n`

/** The picture as an SVG element in light colours, without a style sheet of its own: `graphStyle` is one. */
export const plainSvgOf = async (picture: Picture): Promise<string> => {
  const graphviz = await Graphviz.load()
  const text = graphviz.layout(dotOf(picture), 'svg', 'dot')
  const element = text.slice(text.indexOf('<svg ')).replaceAll(/<!--[\s\S]*?-->\n?/g, '')
  return element.replace('<svg ', `<svg class="${root}" `)
}

/**
 * The picture as an SVG element, light or dark as its viewer asks for. Fonts are not embedded: it takes Arial or one as wide.
 * It can be a file as it is, and part of an HTML page.
 */
export const svgOf = async (picture: Picture): Promise<string> => (await plainSvgOf(picture)).replace('>', `>\n${style}`)
