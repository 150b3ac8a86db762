import { light, type Role } from './palette.ts'
import { edgeLines, type Mark, type NodeKind, type Picture, type PictureEdge, type PictureNode } from './picture.ts'

// Whatever could end a label or begin a word of Mermaid's is written by its number.
const escaped = (text: string): string => text.replaceAll(/[^\w .,/:()+=-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`)
const label = (lines: readonly string[]): string => `"${lines.map(escaped).join('<br/>')}"`

/** A name that Mermaid takes for an id, another one for each id. */
const idOf = (id: string): string => id.replaceAll(/[^a-zA-Z0-9]/gu, (sign) => (sign === ' ' ? '__' : sign === '-' ? '_' : `_x${sign.codePointAt(0)?.toString(16) ?? ''}_`))

const shapes: Readonly<Record<NodeKind, readonly [string, string]>> = {
  app: ['[', ']'],
  jobs: ['[[', ']]'],
  topic: ['{{', '}}'],
  pubsub: ['[', ']'],
  state: ['[(', ')]'],
  secrets: ['[/', '/]'],
}

const roleOf = ({ kind, undeclared }: PictureNode): Role => (undeclared ? 'undeclared' : kind)

const nodeLine = (node: PictureNode): string => {
  const [open, close] = shapes[node.kind]
  return `${idOf(node.id)}${open}${label(node.lines)}${close}:::${roleOf(node)}`
}

const arrows: Readonly<Record<Mark, string>> = { flows: '-->', fails: '--x', silent: '-.->', 'not loaded': '-.-x', 'not declared': '==>', unknown: '-.->' }
const edgeLine = (edge: PictureEdge): string => `  ${idOf(edge.from)} ${arrows[edge.seen?.mark ?? 'flows']}|${label(edgeLines(edge))}| ${idOf(edge.to)}`

const classLines = (nodes: readonly PictureNode[]): string[] =>
  [...new Set(nodes.map(roleOf))].map((role) => {
    const { fill, line, text } = light.nodes[role]
    return `  classDef ${role} fill:${fill},stroke:${line},color:${text}`
  })

const groupLines = (nodes: readonly PictureNode[]): string[] =>
  [...Map.groupBy(nodes, ({ pubsub }) => pubsub)].flatMap(([pubsub, inside]) =>
    pubsub === undefined ? inside.map((node) => `  ${nodeLine(node)}`) : [`  subgraph ${idOf(`pubsub ${pubsub}`)}[${label([pubsub])}]`, ...inside.map((node) => `    ${nodeLine(node)}`), '  end'],
  )

/** The picture as Mermaid's text. Its colours stand on a light and on a dark page. Pure. */
export const mermaidOf = ({ nodes, edges }: Picture): string => ['flowchart LR', ...groupLines(nodes), ...edges.map(edgeLine), ...classLines(nodes)].map((line) => `${line}\n`).join('')
