import { describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'

describe('eventually', () => {
  it('answers with what the first call that works answers', async () => {
    let calls = 0
    const call = async (): Promise<number> => {
      calls += 1
      if (calls < 3) throw new Error('not yet')
      return calls
    }
    await expect(eventually(call, { seconds: 5, everySeconds: 0.001 })).resolves.toBe(3)
  })

  it('fails with the last error when the time is up', async () => {
    let calls = 0
    const call = async (): Promise<never> => {
      calls += 1
      throw new Error(`try ${calls}`)
    }
    await expect(eventually(call, { seconds: 0.05, everySeconds: 0.01 })).rejects.toThrow(/^try [2-9]/)
  })
})
