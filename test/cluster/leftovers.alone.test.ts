import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silent } from '../../toolchain/progress.ts'
import { down, forget, kubeconfigPath, up } from './cluster.ts'
import { instanceOf, requireLiving } from './instance.ts'
import { listMachine, type MachineListing } from './machine-listing.ts'
import { until } from './until.ts'

/** A plain Kubernetes beside the cluster of this checkout, on the same machine. */
const second = { key: 'leftovers', dapr: false }

let before: MachineListing

beforeAll(async () => {
  await down(silent, second)
  before = await listMachine(second.key)
}, 60_000)

afterAll(async () => {
  await down(silent, second)
  await forget(second)
}, 60_000)

test('a second cluster is taken down without a trace, though the listings see it while it is up', async () => {
  await up(silent, second)
  const during = await listMachine(second.key)
  for (const kind of ['processes', 'links', 'routes', 'cgroups'] as const) expect(during[kind].length).toBeGreaterThan(before[kind].length)
  await down(silent, second)
  expect(await listMachine(second.key)).toEqual(before)
}, 180_000)

test('a cluster that was killed is taken down without a trace too', async () => {
  await up(silent, second)
  const { init, parent } = await requireLiving(instanceOf(second.key))
  process.kill(init.pid, 'SIGKILL')
  await until('the process that made the namespaces to end', () => !isAlive(parent.pid))
  await down(silent, second)
  expect(await listMachine(second.key)).toEqual(before)
}, 180_000)

test('fails to name a kubeconfig when the cluster is down, with the command that brings it up', async () => {
  await expect(kubeconfigPath(second.key)).rejects.toThrow('the test cluster is not up: run "npm run cluster -- up"')
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
