import { describe, expect, test } from '@jest/globals'

import { rules, themes } from '../../../cli/doctor/rules/index.ts'
import { findingsOf } from '../../../cli/doctor/settle.ts'
import { expectFile } from '../../infra/file-snapshot.ts'
import { evidence } from './bodies.ts'
import { examples, outdated } from './examples.ts'

test('a healthy stack has no finding, nor has an empty namespace', () => {
  expect(findingsOf(rules, evidence())).toEqual([])
  expect(findingsOf(rules, evidence({ graph: undefined, objects: [], pods: [], sidecars: [] }))).toEqual([])
})

test('nothing is missing for a look that could not be made', () => {
  expect(findingsOf(rules, evidence({ controlPlane: {}, listed: new Set(), objects: [], pods: [], sidecars: [] }))).toEqual([])
})

describe.each(rules.map((rule) => [rule.id, rule] as const))('the rule %s', (id, { title, meaning, shows, mend }) => {
  test('has an example', () => {
    expect(examples[id]?.length).toBeGreaterThan(0)
  })

  test.each(examples[id] ?? [])('names what is wrong with no other finding beside it, and passes over what is near (%#)', ({ bad, good }) => {
    const findings = findingsOf(rules, evidence(bad))
    expect(findings.map((finding) => finding.id)).toEqual([id])
    expect(findingsOf(rules, evidence(good)).map((finding) => finding.id)).not.toContain(id)
  })

  test('gives evidence and one fix, a line each', () => {
    for (const { subject, what, evidence: shown, fix } of (examples[id] ?? []).flatMap(({ bad }) => findingsOf(rules, evidence(bad)))) {
      expect(subject).toMatch(/^[A-Z][A-Za-z]+(\/[\w.-]+)?$/)
      expect(shown.length).toBeGreaterThan(0)
      for (const line of [what, fix, ...shown]) expect(line).toMatch(/^\S[^\n]*$/)
      expect([what, fix, ...shown].join(' ')).not.toMatch(/undefined|\[object|NaN/)
      expect(fix).not.toMatch(/\.$/)
    }
  })

  test('says what it means, what shows it and what mends it', () => {
    for (const text of [meaning, shows, mend]) expect(text).toMatch(/^[A-Z`].*\.$/s)
    expect(title).not.toMatch(/\.$/)
  })
})

test('calls refused that the Configuration allows want new pods, not another policy', () => {
  expect(findingsOf(rules, evidence(outdated))).toMatchObject([{ subject: 'Configuration/billing', fix: expect.stringMatching(/^make the pods of billing anew: Configuration billing allows what shop declares/) }])
})

test('no example is of a rule that does not exist, and each rule is in one theme', () => {
  const ids = rules.map(({ id }) => id)
  expect(Object.keys(examples).filter((id) => !ids.includes(id))).toEqual([])
  expect(themes.flatMap((theme) => theme.rules.map(({ id }) => id)).sort()).toEqual([...ids].sort())
  expect(new Set(ids).size).toBe(ids.length)
})

const cell = (text: string): string => text.replaceAll('|', '\\|')
const row = ({ id, meaning, shows, mend }: (typeof rules)[number]): string => `| \`${id}\` | ${cell(meaning)} | ${cell(shows)} | ${cell(mend)} |`

const page = `# What \`stack doctor\` finds

\`npx stack doctor\` looks at a deployed stack, or at a namespace that has none, and says what is wrong: what it is about, what shows it, and one
fix. It changes nothing and publishes nothing. It asks the API server, each sidecar, each app at \`/dapr/subscribe\`, each state store for a key that
nobody has, each secret that an app is to read (the value is thrown away), and brokers that run in the namespace, in their own pods.
Where a stack left the record of its graph, what runs is compared with what was declared; without one, only what needs no declaration is looked after.

Everything is asked at once, and no question takes longer than a few seconds: what does not answer is named as \`not looked at\`, with the reason, and
nothing is taken for missing that could not be looked at.

What comes of something else is not a finding of its own. The rules are in the order of causes, as in this table, and each knows what cannot work because of
what it found: a later rule that sees trouble with that is told as \`explains too\` under the cause.

It ends with 0 when it finds nothing, and with 8 when it finds something. \`--json\` has the findings as data: \`id\`, \`subject\`, \`what\`, \`evidence\`, \`fix\`, \`hidden\`.

| finding | means | shown by | fix |
|---|---|---|---|
${rules.map(row).join('\n')}
`

test('docs/doctor.md lists the findings, and no others', () => {
  expectFile(new URL('../../../docs/doctor.md', import.meta.url), page)
})
