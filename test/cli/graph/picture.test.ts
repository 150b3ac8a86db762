import { describe, expect, test } from '@jest/globals'

import { dotOf, mermaidOf, type Picture, pictureOf, svgOf } from '../../../cli/graph/index.ts'
import { pngOf } from '../../../cli/graph/png.ts'
import { graphOf } from '../../../config/define/index.ts'
import { stack } from '../../../config/tasks/index.ts'
import { expectFile } from '../../infra/file-snapshot.ts'
import { readFileSync } from 'node:fs'
import { graphOfSize, shop } from './fixtures.ts'

const picture = pictureOf(shop)

describe('the picture of a stack', () => {
  test('has apps, components, topics, subscriptions, invocations, jobs and secrets', () => {
    const said = ({ nodes, edges }: Picture): string[] => [...nodes.map(({ kind, lines }) => `${kind} ${lines.join(' ')}`), ...edges.map(({ kind, from, to, label }) => `${from} ${kind} ${to}: ${label}`)]
    expect(said(picture)).toEqual([
      'app shop',
      'app billing',
      'jobs jobs restock',
      'state store',
      'secrets vault',
      'topic orders',
      'app billing uses component store: state',
      'app shop uses component store: state',
      'app shop uses component vault: api-key',
      'app shop publishes topic bus orders: publish',
      'topic bus orders delivers app billing: billing-orders',
      'app shop invokes app billing: charge',
      'jobs shop calls app shop: call',
    ])
  })

  test('is Mermaid', () => {
    expect(mermaidOf(picture)).toContain('flowchart LR\n  app__shop["shop"]:::app\n')
    expect(mermaidOf(picture)).toContain('  subgraph pubsub__bus["bus"]\n    topic__bus__orders{{"orders"}}:::topic\n  end\n')
    expect(mermaidOf(picture)).toContain('  topic__bus__orders -->|"billing-orders"| app__billing\n')
  })

  test('cannot be broken by a name', () => {
    const odd = `"]-->x<b>\\&amp;`
    const strange = pictureOf({ ...shop, apps: [{ id: odd, jobs: [] }] })
    expect(mermaidOf(strange)).toContain('["#34;#93;--#62;x#60;b#62;#92;#38;amp#59;"]')
    expect(dotOf(strange)).toContain(String.raw`"app \"]-->x<b>\\&amp;" [label="\"]-->x<b>\\&amp;"`)
  })

  test('is an SVG that holds nothing but shapes, texts and its two sets of colours', async () => {
    const svg = await svgOf(pictureOf({ ...shop, apps: [...shop.apps, { id: '<script>alert(1)</script>', jobs: [] }] }))
    expect(svg).toMatch(/^<svg class="stack-graph" /)
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(svg).not.toMatch(/<script|<image|href=|url\(/)
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
    for (const text of ['shop', 'orders', 'billing&#45;orders', 'restock', 'api&#45;key']) expect(svg).toContain(`>${text}</text>`)
  })

  test('is a PNG twice as large', async () => {
    const svg = await svgOf(picture)
    const png = pngOf(svg)
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    const [, width] = /width="(\d+)pt"/.exec(svg) ?? []
    expect(png.readUInt32BE(16) / Number(width)).toBeGreaterThan(2)
  })
})

interface Box { readonly text: string; readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** Where the SVG has its texts; a sign of Arial is at most about two thirds as wide as high, on average. */
const boxesIn = (svg: string): Box[] =>
  [...svg.matchAll(/<text [^>]*x="([-\d.]+)" y="([-\d.]+)"[^>]*font-size="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x = '', y = '', size = '', escaped = '']) => {
    const text = escaped.replaceAll('&#45;', '-')
    const half = (text.length * Number(size) * 0.5) / 2
    return { text, left: Number(x) - half, right: Number(x) + half, top: Number(y) - Number(size) * 0.75, bottom: Number(y) + Number(size) * 0.2 }
  })

const overlap = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

test('fifty apps are drawn with all their labels, none over another', async () => {
  const graph = graphOfSize(50)
  const boxes = boxesIn(await svgOf(pictureOf(graph)))
  for (const { name } of [...graph.subscriptions, ...graph.topics]) expect(boxes.map(({ text }) => text)).toContain(name)
  const overlapping = boxes.flatMap((box, index) => boxes.slice(index + 1).filter((other) => overlap(box, other)).map((other) => `${box.text} and ${other.text}`))
  expect(overlapping).toEqual([])
}, 60_000)

test('the README shows the task stack as it is (UPDATE_FILES=1 draws it anew)', () => {
  const readme = new URL('../../../README.md', import.meta.url)
  const block = `\`\`\`mermaid\n${mermaidOf(pictureOf(graphOf(stack)))}\`\`\`\n`
  expectFile(readme, readFileSync(readme, 'utf8').replace(/```mermaid\n[\s\S]*?```\n/, () => block))
})
