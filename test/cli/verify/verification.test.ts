import { describe, expect, it } from '@jest/globals'

import { CheckFailed, type Criterion, ensure, once, summaryText, verify } from '../../../cli/verify/index.ts'

const holds = (...evidence: string[]) => ({ title: 'it holds', check: async () => evidence })
const broken = (cause: string) => ({ title: 'it is broken', check: () => Promise.reject(new CheckFailed(cause)) })

const chain = (first: Criterion['lines']): Criterion[] => [
  { id: 'SC-1', title: 'First', lines: first },
  { id: 'SC-2', title: 'Second', dependsOn: 'SC-1', lines: [holds('seen')] },
  { id: 'SC-3', title: 'Third', dependsOn: 'SC-2', lines: [holds('seen')] },
  { id: 'SC-4', title: 'Alone', lines: [holds('seen')] },
]

describe('verify', () => {
  it('passes when every line of every criterion holds', async () => {
    const { verdict, criteria } = await verify(chain([holds('seen')]))
    expect(verdict).toBe('PASS')
    expect(criteria.map((result) => result.verdict)).toEqual(['PASS', 'PASS', 'PASS', 'PASS'])
  })

  it('blocks what depends on a failed criterion, however far, and judges the others', async () => {
    const { verdict, criteria } = await verify(chain([holds('seen'), broken('the plug is out')]))
    expect(verdict).toBe('FAIL')
    expect(criteria.map((result) => result.verdict)).toEqual(['FAIL', 'BLOCKED', 'BLOCKED', 'PASS'])
    expect(criteria.map(({ lines }) => lines.at(-1)?.cause)).toEqual(['the plug is out', 'blocked by SC-1', 'blocked by SC-1', undefined])
  })

  it('does not run the checks of a blocked criterion', async () => {
    let ran = false
    const check = async (): Promise<string[]> => {
      ran = true
      return []
    }
    await verify([
      { id: 'SC-1', title: 'First', lines: [broken('no')] },
      { id: 'SC-2', title: 'Second', dependsOn: 'SC-1', lines: [{ title: 'never tried', check }] },
    ])
    expect(ran).toBe(false)
  })

  it('fails a line whose check has a bug, and shows where', async () => {
    const buggy = { title: 'it throws', check: () => Promise.reject(new TypeError('x is not a function')) }
    const { criteria } = await verify([{ id: 'SC-1', title: 'First', lines: [buggy] }])
    expect(criteria[0]?.lines[0]?.cause).toMatch(/^the check itself failed: TypeError: x is not a function\n\s+at /)
  })

  it('tells its progress', async () => {
    const seen: string[] = []
    await verify(chain([holds('seen'), broken('no')]).slice(0, 2), {
      started: ({ id }) => seen.push(`${id} ...`),
      judged: ({ title, verdict }) => seen.push(`${title}: ${verdict}`),
      ended: ({ id, verdict }) => seen.push(`${id} ${verdict}`),
    })
    expect(seen).toEqual(['SC-1 ...', 'it holds: PASS', 'it is broken: FAIL', 'SC-1 FAIL', 'SC-2 ...', 'it holds: BLOCKED', 'SC-2 BLOCKED'])
  })
})

describe('a check', () => {
  it('fails with the cause that ensure is given', () => {
    expect(() => ensure(false, 'the plug is out')).toThrow(new CheckFailed('the plug is out'))
    expect(() => ensure(true, 'the plug is out')).not.toThrow()
  })

  it('makes a call that several lines need only once, failure included', async () => {
    let calls = 0
    const call = once(async () => {
      calls += 1
      throw new CheckFailed('no')
    })
    await expect(call()).rejects.toThrow('no')
    await expect(call()).rejects.toThrow('no')
    expect(calls).toBe(1)
  })
})

describe('the summary', () => {
  it('shows evidence, causes and the validation table', async () => {
    const text = summaryText(await verify(chain([holds('pod a 2/2'), broken('the plug is out')]).slice(0, 2)))
    expect(text).toMatchInlineSnapshot(`
"SC-1: First
  PASS    it holds
          pod a 2/2
  FAIL    it is broken
          the plug is out

SC-2: Second
  BLOCKED it holds
          blocked by SC-1

Validation Summary

| Success Criteria | Result      |
|------------------|-------------|
| SC-1: First      | 1/2 FAIL    |
| SC-2: Second     | 0/1 BLOCKED |"
`)
  })
})
