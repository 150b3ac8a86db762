import { describe, expect, test } from '@jest/globals'

import type { Diagnosis } from '../../../cli/doctor/diagnosis.ts'
import { themes } from '../../../cli/doctor/rules/index.ts'
import { diagnosisText, wrapped } from '../../../cli/stack/doctor/text.ts'

const plain = (_: unknown, text: string): string => text
const well: Diagnosis = { findings: [], unlooked: [], looked: 48 }
const ill: Diagnosis = {
  ...well,
  findings: [{
    id: 'component-unreachable',
    subject: 'Component/store',
    what: 'redis cannot be reached',
    evidence: ['the sidecar of shop-1 says: Failed to init component store (state.redis/v1): dial tcp: lookup redis: no such host'],
    fix: 'see that redis runs and is the right address, and that a NetworkPolicy lets the sidecars there',
    hidden: ['sidecar-crashes of Deployment/shop: its sidecar keeps ending'],
  }],
  unlooked: [{ what: 'the clocks of the nodes', why: 'nodes is forbidden' }],
}
const text = (diagnosis: Diagnosis, columns: number): string[] => diagnosisText(diagnosis, themes, 'shop in namespace market, Kubernetes v1.34.3', columns, plain).split('\n')

describe('the diagnosis as text', () => {
  test('has a line for each theme that is well, and says so', () => {
    expect(text(well, 100)).toEqual([
      'shop in namespace market, Kubernetes v1.34.3',
      ...themes.map(({ name, rules }) => `✓ ${name} (${rules.length} looked after)`),
      'nothing is wrong that 48 rules look after',
    ])
  })

  test('has each finding under its theme, with evidence, what it explains, and one fix', () => {
    const lines = text(ill, 140)
    expect(lines.slice(lines.indexOf('✗ components'), lines.indexOf('✗ components') + 6)).toEqual([
      '✗ components',
      '  ✗ Component/store: redis cannot be reached',
      '    - the sidecar of shop-1 says: Failed to init component store (state.redis/v1): dial tcp: lookup redis: no such host',
      '    - explains too: sidecar-crashes of Deployment/shop',
      '    fix: see that redis runs and is the right address, and that a NetworkPolicy lets the sidecars there',
      '    (component-unreachable)',
    ])
    expect(lines.slice(-2)).toEqual(['! not looked at: the clocks of the nodes: nodes is forbidden', '1 finding; docs/doctor.md says more of each; 1 look could not be made'])
  })

  test('keeps to the width of a narrow terminal, and loses no word there', () => {
    const [narrow, wide] = [text(ill, 44), text(ill, 400)]
    expect(narrow.slice(1, -1).filter((line) => line.length > 44)).toEqual([])
    const words = (lines: readonly string[]): string[] => lines.join(' ').split(/\s+/)
    expect(words(narrow)).toEqual(words(wide))
  })

  test('leaves a word whole that is longer than the width, and takes no control characters', () => {
    expect(wrapped('a '.concat('b'.repeat(20), ' c'), 10, '')).toEqual(['a', 'b'.repeat(20), 'c'])
    expect(wrapped('\u001B[31mred\u001B[0m', 10, '')).toEqual(['red'])
  })
})
