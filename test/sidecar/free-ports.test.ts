import { expect, test } from '@jest/globals'

import { freePorts } from './rig/free-ports.ts'

test('ports that are asked for at the same time are all different, and none that the system gives to connections', async () => {
  const ports = (await Promise.all(Array.from({ length: 100 }, () => freePorts(7)))).flat()
  expect(new Set(ports).size).toBe(700)
  expect(Math.max(...ports)).toBeLessThan(32_768)
})
