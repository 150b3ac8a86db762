import { describe, expect, test } from '@jest/globals'

import { pictureOf, svgOf } from '../../../cli/graph/index.ts'
import { painter } from '../../../cli/stack/output/colours.ts'
import { verdictsText } from '../../../cli/stack/verify/text.ts'
import type { Verification } from '../../../cli/verify/index.ts'
import { junitXml } from '../../../cli/verify/junit.ts'
import { escaped, markup } from '../../../cli/verify/markup.ts'
import { htmlReport } from '../../../cli/verify/report.ts'
import { shop } from '../graph/fixtures.ts'

const hostile = `<script>alert('1')</script> & "more" \u001b[31mred\u001b[0m\u0000`
const verification: Verification = {
  verdict: 'FAIL',
  criteria: [
    { id: 'SC-1', title: 'Sidecars', verdict: 'PASS', lines: [{ title: 'Pods are ready', verdict: 'PASS', evidence: ['pod a 2/2', 'pod b 2/2'], seconds: 1.25 }] },
    {
      id: 'SC-2',
      title: 'State',
      verdict: 'FAIL',
      lines: [
        { title: 'It is saved', verdict: 'PASS', evidence: ['seen'], seconds: 0.5 },
        { title: 'It is removed', verdict: 'FAIL', evidence: [], cause: `Component ${hostile}\nis not there`, seconds: 2 },
      ],
    },
    { id: 'SC-3', title: 'Events', verdict: 'BLOCKED', lines: [{ title: 'They come', verdict: 'BLOCKED', evidence: [], cause: 'blocked by SC-2', seconds: 0 }] },
  ],
}

const controlled: Verification = {
  verdict: 'PASS',
  criteria: verification.criteria.slice(0, 1),
  controls: {
    id: 'controls',
    title: 'Negative controls',
    verdict: 'FAIL',
    lines: [
      { title: 'SC-1 fails when nothing runs', verdict: 'PASS', evidence: ['SC-1 FAIL', 'no pod'], seconds: 3 },
      { title: 'SC-1 fails when all is slow', verdict: 'FAIL', evidence: [], cause: 'SC-1 reads PASS where FAIL is expected', seconds: 4 },
    ],
  },
}

test('a text in markup is escaped, and what no document can have is left out', () => {
  expect(escaped(hostile)).toBe('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot; red')
  expect(escaped('half \ud83d of 🙂')).toBe('half  of 🙂')
  expect(markup`<a title="${'"'}">${[markup`<b>${1}</b>`, markup`&amp;`]}</a>`.text).toBe('<a title="&quot;"><b>1</b>&amp;</a>')
})

test('the verdicts are a table on a terminal, with the cause under the line', () => {
  const plain: Verification = { ...verification, criteria: verification.criteria.map((criterion) => ({ ...criterion, lines: criterion.lines.map((line) => (line.verdict === 'FAIL' ? { ...line, cause: 'it is not there' } : line)) })) }
  expect(verdictsText(plain, painter(false))).toMatchInlineSnapshot(`
"SC-1  Sidecars  1/1  PASS
  ✓ Pods are ready 1.3 s
      pod a 2/2 (and 1 more)
SC-2  State     1/2  FAIL
  ✓ It is saved 0.5 s
      seen
  ✗ It is removed 2.0 s
      it is not there
SC-3  Events    0/1  BLOCKED
  - They come 0.0 s
      blocked by SC-2
1 of 3 criteria hold"
`)
})

test('the controls are the last row of the table, a suite of JUnit, and a section of the report, with their evidence', () => {
  expect(verdictsText(controlled, painter(false)).split('\n').slice(3)).toEqual([
    'controls  Negative controls  1/2  FAIL',
    '  ✓ SC-1 fails when nothing runs 3.0 s',
    '      SC-1 FAIL (and 1 more)',
    '  ✗ SC-1 fails when all is slow 4.0 s',
    '      SC-1 reads PASS where FAIL is expected',
    '1 of 1 criteria hold, 1 of 2 lines of their controls',
  ])
  expect(junitXml(controlled)).toContain('<testcase classname="controls" name="SC-1 fails when nothing runs" time="3.000"><system-out>SC-1 FAIL\nno pod</system-out></testcase>')
  const html = htmlReport(controlled, { stack: 'shop', namespace: 'market', cluster: 'v1.34.3', time: new Date(0), graph: '<svg></svg>' })
  for (const text of ['shop: <span class="FAIL">FAIL</span>', '1 of 1 criteria and 2 of 3 lines hold. The controls were armed apart', 'id="controls"', 'SC-1 FAIL\nno pod']) expect(html).toContain(text)
})

test('JUnit has a suite for each criterion and a case for each line', () => {
  expect(junitXml(verification)).toMatchInlineSnapshot(`
"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="0" skipped="1" time="3.750">
  <testsuite name="SC-1: Sidecars" tests="1" failures="0" errors="0" skipped="0" time="1.250">
    <testcase classname="SC-1" name="Pods are ready" time="1.250"><system-out>pod a 2/2
pod b 2/2</system-out></testcase>
  </testsuite>
  <testsuite name="SC-2: State" tests="2" failures="1" errors="0" skipped="0" time="2.500">
    <testcase classname="SC-2" name="It is saved" time="0.500"><system-out>seen</system-out></testcase>
    <testcase classname="SC-2" name="It is removed" time="2.000"><failure message="Component &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot; red">Component &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot; red
is not there</failure></testcase>
  </testsuite>
  <testsuite name="SC-3: Events" tests="1" failures="0" errors="0" skipped="1" time="0.000">
    <testcase classname="SC-3" name="They come" time="0.000"><skipped message="blocked by SC-2"/></testcase>
  </testsuite>
</testsuites>
"
`)
})

describe('the HTML report', () => {
  const page = async (): Promise<string> =>
    htmlReport(verification, { stack: 'shop', namespace: 'market', cluster: 'v1.34.3', time: new Date(0), graph: await svgOf(pictureOf(shop)) })

  test('shows verdicts, causes, evidence, timings and the graph', async () => {
    const html = await page()
    for (const text of ['shop: <span class="FAIL">FAIL</span>', '1 of 3 criteria and 2 of 4 lines hold', 'pod a 2/2\npod b 2/2', 'blocked by SC-2', '2.5 s', '>orders</text>', '1970-01-01T00:00:00.000Z']) expect(html).toContain(text)
    expect(html).toMatch(/<details open><summary><span class="FAIL">FAIL<\/span><span class="title">It is removed/)
  })

  test('loads nothing, runs nothing, and escapes what it shows', async () => {
    const html = await page()
    expect(html).toContain(escaped(hostile))
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bon\w+=|src=/)
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:/)
  })

  test('follows the reader to light or dark, and to a phone', async () => {
    const html = await page()
    expect(html.match(/prefers-color-scheme:dark/g)).toHaveLength(2)
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"')
    expect(html).toContain('max-width:40rem')
  })
})
