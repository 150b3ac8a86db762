import { expect, test } from '@jest/globals'
import { MachineCannot } from '../../toolchain/errors.ts'
import { ensurePackages } from '../../toolchain/packages.ts'
import { versions } from '../../toolchain/versions.ts'
import { addressesOf, MAX_INSTANCES } from './addresses.ts'
import { instanceOf } from './instance.ts'
import { requireRootOnLinux } from './machine.ts'
import { requireVisible } from './mounts.ts'
import { until } from './until.ts'

test('fails with one line and the mend on a machine that is not Linux, and for a user who is not root', () => {
  const mend = 'set KUBECONFIG to a cluster of your own that has Dapr'
  expect(() => { requireRootOnLinux('darwin', 0) }).toThrow(new MachineCannot('the test cluster needs Linux, and this is darwin', mend))
  const notRoot = new MachineCannot('the test cluster needs root, and this is user 1000', `run as root, or ${mend}`)
  expect(() => { requireRootOnLinux('linux', 1000) }).toThrow(notRoot)
  expect(new MachineCannot('a', 'b').exitCode).toBe(3)
})

test('fails where the cache lies in a folder that the cluster replaces', () => {
  const instance = { ...instanceOf('x'), folder: '/var/lib/ci/cache/clusters/x' }
  expect(() => { requireVisible(instance) }).toThrow('is below /var/lib, which the cluster replaces: set XDG_CACHE_HOME to a folder elsewhere')
})

test('fails with the thing waited for when the time is over', async () => {
  await expect(until('rain', () => false, { timeout: 20, every: 5 })).rejects.toThrow('waited 0.02 s in vain for rain')
})

test('every place for an instance has names and addresses of its own that fit into the kernel', () => {
  const all = Array.from({ length: MAX_INSTANCES }, (_, index) => addressesOf(index))
  expect(new Set(all.map(({ nodeAddress }) => nodeAddress)).size).toBe(MAX_INSTANCES)
  for (const { hostLink, nodeLink } of all) expect(Math.max(hostLink.length, nodeLink.length)).toBeLessThan(16)
})

test('two keys have two instances, and the default one is of this checkout', () => {
  expect(instanceOf('a').folder).not.toBe(instanceOf('b').folder)
  expect(instanceOf().key).toMatch(/^[0-9a-f]{12}$/)
})

test('packages that are there are not installed again', async () => {
  const lines: string[] = []
  await ensurePackages(['util-linux'], (line) => lines.push(line))
  expect(lines).toEqual([])
})

test('all versions are stated', () => {
  for (const version of Object.values(versions)) expect(version).toMatch(/^(\d+\.\d+\.\d+|bookworm)$/)
})
