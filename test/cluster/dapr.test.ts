import { expect, test } from '@jest/globals'
import { oneReplica } from './dapr.ts'

const scheduler = (args: string[]) => ({
  kind: 'StatefulSet',
  metadata: { name: 'dapr-scheduler-server' },
  spec: { replicas: 3, template: { spec: { containers: [{ args }] } } },
})

test('one scheduler is left of three, and it is alone in its own etcd', () => {
  const one = oneReplica(scheduler(['--id', 'x', '--etcd-initial-cluster', 'a=https://a:2380,b=https://b:2380,c=https://c:2380', '--port', '1']))
  expect(one.spec.replicas).toBe(1)
  expect(one.spec.template.spec.containers[0]?.args).toEqual(['--id', 'x', '--etcd-initial-cluster', 'a=https://a:2380', '--port', '1'])
})

test('fails when the chart no longer has the argument', () => {
  expect(() => oneReplica(scheduler(['--id', 'x']))).toThrow('the scheduler of this Dapr version has no --etcd-initial-cluster')
})
