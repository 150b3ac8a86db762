import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { type ClusterPort, type KubeObject, KubeRefusal } from '../../../cli/kube/port.ts'
import type { Host } from '../../../cli/stack/host.ts'
import { painter } from '../../../cli/stack/output/colours.ts'
import { secretsText } from '../../../cli/stack/secrets/list.ts'
import { withSecretNames } from '../../../cli/stack/secrets/names.ts'
import { sourcesOf, valueOf } from '../../../cli/stack/secrets/sources.ts'
import { secretStates } from '../../../cli/stack/secrets/states.ts'
import { createSecret } from '../../../cli/stack/secrets/write.ts'

const none = { fromFile: [], fromStdin: undefined, generate: [] }

describe('where a value comes from', () => {
  test('is a file, standard input or chance', () => {
    expect(sourcesOf({ fromFile: ['redis/password=a=b.txt'], fromStdin: 'kafka/password', generate: ['api/token'] })).toEqual([
      { secret: 'redis', key: 'password', from: 'a file', file: 'a=b.txt' },
      { secret: 'kafka', key: 'password', from: 'standard input' },
      { secret: 'api', key: 'token', from: 'chance' },
    ])
  })

  test.each([
    [{ ...none, fromFile: ['redis=f'] }, '--from-file "redis=…" is not of the form NAME/KEY=FILE'],
    [{ ...none, fromFile: ['redis/password'] }, 'is not of the form NAME/KEY=FILE'],
    [{ ...none, generate: ['redis/password=hunter2'] }, '--generate "redis/password=…" is not of the form NAME/KEY; values are read from files'],
    [{ ...none, fromStdin: 'Redis/password' }, '--from-stdin "Redis/password" is not of the form NAME/KEY'],
    [{ ...none, fromStdin: 'redis/password', generate: ['redis/password'] }, 'redis/password is given twice'],
  ])('fails on %j, and never repeats what may be a value', (options, message) => {
    expect(() => sourcesOf(options)).toThrow(message)
  })
})

describe('a value', () => {
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'stack-secrets-'))
    await writeFile(join(root, 'password.txt'), 'pass\nword\r\n')
    await writeFile(join(root, 'empty.txt'), '\n')
  })
  afterAll(() => rm(root, { recursive: true }))

  const read = async (from: 'a file' | 'standard input' | 'chance', file = 'password.txt') => {
    const host: Pick<Host, 'root' | 'readInput'> = { root, readInput: async () => Buffer.from('piped\n') }
    return (await valueOf(host, { secret: 'redis', key: 'password', from, file })).toString('utf8')
  }

  test('has no line end at its end, and those inside', async () => {
    expect(await read('a file')).toBe('pass\nword')
    expect(await read('standard input')).toBe('piped')
  })

  test('that is generated is 32 bytes in base64url, another one each time', async () => {
    const [one, other] = [await read('chance'), await read('chance')]
    expect(one).toMatch(/^[\w-]{43}$/)
    expect(other).not.toBe(one)
  })

  test('fails where it is empty, or its file is not there', async () => {
    await expect(read('a file', 'empty.txt')).rejects.toThrow('the value of redis/password is empty; nothing was changed')
    await expect(read('a file', 'absent.txt')).rejects.toThrow(/^the value of redis\/password cannot be read \(ENOENT\); name a file that is there; nothing was changed$/)
  })
})

const component = (name: string, secret: string, scopes?: readonly string[]): KubeObject =>
  ({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name }, spec: { metadata: [{ name: 'password', secretKeyRef: { name: secret, key: 'password' } }] }, ...(scopes && { scopes }) })
const app = (name: string): KubeObject => {
  const env = [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'token' } } }]
  const annotations = { 'dapr.io/enabled': 'true', 'dapr.io/app-id': name, 'dapr.io/api-token-secret': 'token' }
  const template = { metadata: { annotations }, spec: { containers: [{ name, env }], volumes: [{ name: 'token', secret: { secretName: 'token' } }] } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { template } }
}
const objects = [component('store', 'redis', ['shop']), component('vault', 'other'), app('shop'), app('stock')]
const specs = (all: readonly KubeObject[]) => all.map((object) => JSON.stringify(object['spec']))

describe('a rotated Secret', () => {
  test('is named in the annotations, variables and volumes of pods, all at once', () => {
    const [, , shop = ''] = specs(withSecretNames(objects, { token: 'token-2' }))
    expect(shop.match(/"token-2"/g)).toHaveLength(3)
    expect(shop).toContain('"name":"TOKEN"')
    expect(shop).not.toContain('secrets-digest')
  })

  test('of a component is named in it, and rolls the pods of the apps that it serves, and no others', () => {
    const [before, after] = [specs(objects), specs(withSecretNames(objects, { redis: 'redis-2' }))]
    expect(after[0]).toContain('"name":"redis-2","key":"password"')
    expect(after.map((spec, index) => spec !== before[index])).toEqual([true, false, true, false])
    expect(after[2]).toMatch(/"dapr-stack\/secrets-digest":"[0-9a-f]{16}"/)
  })

  test('of a component without scopes rolls all', () => {
    expect(specs(withSecretNames(objects, { other: 'other-2' })).filter((spec) => spec.includes('secrets-digest'))).toHaveLength(2)
  })

  test('that is none changes nothing', () => {
    expect(withSecretNames(objects, {})).toBe(objects)
    expect(specs(withSecretNames(objects, { absent: 'absent-2' }))).toEqual(specs(objects))
  })
})

/** A cluster that has only these Secrets; the API server's own words are tried in the end-to-end tests. */
const having = (secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): Pick<ClusterPort, 'find'> => ({
  find: async ({ kind, name }) => (kind === 'Secret' && secrets[name] ? { apiVersion: 'v1', kind, metadata: { name }, data: secrets[name] } : undefined),
})

test('the Secrets are listed by key, with who names them and whether they are there, without values', async () => {
  const graph = { apps: [], components: [], topics: [], subscriptions: [], invocations: [], secrets: [{ app: 'shop', store: 'vault', secret: 'mail' }] }
  const states = await secretStates(having({ redis: { password: 'aHVudGVyMg==' }, token: { other: 'eA==' } }), { objects, namespace: 'market', graph })
  expect(secretsText(states, painter(false)).split('\n')).toEqual([
    'redis/password  there, for store',
    'other/password  missing, for vault',
    'token/token     missing, for shop, stock',
    'token/*         there, for shop, stock',
    'mail/*          missing, and not needed to start, for shop',
    '2 missing: stack secrets create',
  ])
  expect(JSON.stringify(states)).not.toContain('aHVudGVyMg==')
})

test('fails without the value in its words when the cluster refuses a Secret and repeats it', async () => {
  const value = 'hunter2-hunter2'
  const refusing: Pick<ClusterPort, 'create'> = { create: async () => { throw new KubeRefusal(422, 'Invalid', `data: ${Buffer.from(value).toString('base64')} is not ${value}`) } }
  const failure = await createSecret(refusing, { stack: 'small', namespace: 'market' }, 'redis', new Map([['password', Buffer.from(value)]])).catch((error: unknown) => error)
  expect(String(failure)).toContain('the cluster refuses Secret/redis: data: (hidden) is not (hidden)')
  expect((failure as Error).cause).toBeUndefined()
})
