import { light } from './palette.ts'
import { edgeLines, type Mark, type NodeKind, type Picture, type PictureEdge, type PictureNode } from './picture.ts'

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const label = (lines: readonly string[]): string => `"${lines.map((line) => quoted(line).slice(1, -1)).join('\\n')}"`
const attributes = (values: Readonly<Record<string, string>>): string => `[${Object.entries(values).map(([name, value]) => `${name}=${value}`).join(' ')}]`

const shapes: Readonly<Record<NodeKind, string>> = { app: 'box', jobs: 'note', topic: 'hexagon', pubsub: 'box', state: 'cylinder', secrets: 'folder' }

const nodeLine = ({ id, kind, lines, undeclared }: PictureNode): string => {
  const role = undeclared ? 'undeclared' : kind
  const { fill, line, text } = light.nodes[role]
  return `${quoted(id)} ${attributes({ label: label(lines), shape: shapes[kind], class: quoted(role), fillcolor: quoted(fill), color: quoted(line), fontcolor: quoted(text) })}`
}

const styles: Readonly<Record<Mark, string>> = { flows: 'solid', fails: 'solid', silent: 'dashed', 'not loaded': 'dotted', 'not declared': 'bold', unknown: 'dashed' }

/** The name of a mark as a class of the picture's style sheet. */
export const classOf = (mark: Mark): string => mark.replace(' ', '-')

const edgeLine = (edge: PictureEdge): string => {
  const { kind, seen } = edge
  const look = seen ? { color: light.marks[seen.mark], fontcolor: light.marks[seen.mark] } : { color: light.edges[kind], fontcolor: light.text }
  const classes = [kind, ...(seen ? [classOf(seen.mark)] : [])].join(' ')
  return `  ${quoted(edge.from)} -> ${quoted(edge.to)} ${attributes({
    label: label(edgeLines(edge)), color: quoted(look.color), fontcolor: quoted(look.fontcolor), class: quoted(classes), ...(edge.id !== undefined && { id: quoted(edge.id) }), ...(seen && { style: styles[seen.mark] }),
  })}`
}

const cluster = (pubsub: string, nodes: readonly PictureNode[]): string[] => {
  const { fill, line, text } = light.nodes.pubsub
  const own = { label: label([pubsub]), style: '"rounded,filled"', class: '"pubsub"', fillcolor: quoted(fill), color: quoted(line), fontcolor: quoted(text) }
  return [`  subgraph ${quoted(`cluster ${pubsub}`)} {`, ...Object.entries(own).map(([name, value]) => `    ${name}=${value}`), ...nodes.map((node) => `    ${nodeLine(node)}`), '  }']
}

// The width of texts is known for this font, and every system has it or one that is as wide.
const font = 'fontname="Arial"'
// Of the layout's search: fifty apps take half the time, for some more crossings.
const limits = 'nslimit=2 nslimit1=2 mclimit=0.5'

/** The picture as DOT, in light colours. Pure. */
export const dotOf = ({ nodes, edges }: Picture): string => {
  const groups = [...Map.groupBy(nodes, ({ pubsub }) => pubsub)]
  const lines = [
    'digraph stack {',
    `  graph [rankdir=LR ${limits} nodesep=0.35 ranksep=0.9 ${font} fontsize=13 bgcolor="${light.ground}" pad=0.3]`,
    `  node [style="filled" ${font} fontsize=13 margin="0.18,0.09"]`,
    `  edge [${font} fontsize=11 arrowsize=0.8]`,
    ...groups.flatMap(([pubsub, inside]) => (pubsub === undefined ? inside.map((node) => `  ${nodeLine(node)}`) : cluster(pubsub, inside))),
    ...edges.map(edgeLine),
    '}',
  ]
  return lines.map((line) => `${line}\n`).join('')
}
