import { z } from 'zod'

import type { ClusterPort } from '../../kube/port.ts'
import type { Context } from '../context.ts'
import type { Desired } from '../desired.ts'
import { type Exit, StackError } from '../errors.ts'
import { synthesizeAndConnect } from '../start.ts'
import { neededSecrets } from '../up/secrets.ts'
import { readSecretNames, writeSecretNames } from './names.ts'
import { type Source, sourcesOf, valueOf } from './sources.ts'
import { createSecret } from './write.ts'

const Data = z.object({ data: z.record(z.string(), z.base64()).default({}) })

/** What the Secret holds that is to be replaced. */
const present = async (port: ClusterPort, { namespace, objects, graph }: Desired, secret: string, now: string): Promise<Map<string, Buffer>> => {
  if (graph.secrets.some((edge) => edge.secret === secret)) throw new StackError('usage', `apps ask for Secret ${secret} by that name`, 'change its value in its place: apps read it when they need it')
  const named = neededSecrets(objects).map((need) => need.secret)
  if (!named.includes(now)) throw new StackError('usage', `the config names no Secret ${secret}; it names ${[...new Set(named)].join(', ') || 'none'}`, 'correct the name; nothing was changed')
  const found = await port.find({ apiVersion: 'v1', kind: 'Secret', name: now, namespace })
  if (!found) throw new StackError('preflight', `Secret ${now} is not there`, 'make it with `stack secrets create`')
  return new Map(Object.entries(Data.parse(found).data).map(([key, value]) => [key, Buffer.from(value, 'base64')]))
}

/** The next name that no Secret has: `redis-2` after `redis`. */
const freeName = async (port: ClusterPort, namespace: string, secret: string): Promise<string> => {
  for (let count = 2; ; count += 1) {
    const name = `${secret}-${count}`
    if (!(await port.find({ apiVersion: 'v1', kind: 'Secret', name, namespace }))) return name
  }
}

const requireOwn = (secret: string, sources: readonly Source[], keys: readonly string[]): void => {
  const strange = sources.filter((source) => source.secret !== secret || !keys.includes(source.key)).map((source) => `${source.secret}/${source.key}`)
  const own = keys.map((key) => `${secret}/${key}`).join(', ')
  if (strange.length > 0) throw new StackError('usage', `${strange.join(', ')} is not of Secret ${secret}, which has ${own}`, 'correct the name; nothing was changed')
  if (sources.length === 0) throw new StackError('usage', `nothing says what of ${own} should be new`, 'give it --from-file, --from-stdin or --generate')
}

/**
 * `stack secrets rotate NAME`: puts a Secret with another name in the place of one, and has the next `up` name it everywhere. A pod's app
 * and sidecar read one name, and so change together; pods from before keep the values that they have.
 */
export const rotateVerb = async (context: Context): Promise<Exit> => {
  const { output, host, options, operands } = context
  const [secret = ''] = operands
  const sources = sourcesOf(options)
  const [desired, { port }] = await synthesizeAndConnect(context)
  const names = await readSecretNames(port, desired)
  const before = names[secret] ?? secret
  const values = await present(port, desired, secret, before)
  requireOwn(secret, sources, [...values.keys()])
  for (const source of sources) values.set(source.key, await valueOf(host, source))
  const after = await freeName(port, desired.namespace, secret)
  await createSecret(port, desired, after, values)
  await writeSecretNames(port, desired, { ...names, [secret]: after })
  output.emit({ type: 'object', object: `Secret/${after}`, did: 'created', why: `in the place of ${before}` })
  output.emit({ type: 'result', result: 'rotated', value: { secret, before, after } })
  output.print(`stack up rolls the pods that read it; Secret/${before} stays, remove it when no pod does any more`)
  return 'ok'
}
