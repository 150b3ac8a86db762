import { z } from 'zod'

import type { ClusterPort } from '../../kube/port.ts'
import type { Context } from '../context.ts'
import type { Desired } from '../desired.ts'
import { type Exit, StackError } from '../errors.ts'
import { paintOf } from '../output/colours.ts'
import { synthesizeAndConnect } from '../start.ts'
import { secretsText } from './list.ts'
import { readSecretNames, type SecretNames } from './names.ts'
import { type Source, sourcesOf, valueOf } from './sources.ts'
import { isMissing, nameOf, secretStates, type SecretState } from './states.ts'
import { addKeys, createSecret, type Values } from './write.ts'

/** The sources by the names that the Secrets have now. */
const current = (sources: readonly Source[], names: SecretNames): Source[] => sources.map((source) => ({ ...source, secret: names[source.secret] ?? source.secret }))

const requireKnown = (sources: readonly Source[], states: readonly SecretState[]): void => {
  const strange = sources.filter(({ secret, key }) => !states.some((state) => state.secret === secret && (state.key === undefined || state.key === key)))
  const known = states.map(nameOf).join(', ') || 'none'
  if (strange.length > 0) throw new StackError('usage', `the config names no ${strange.map(nameOf).join(', ')}; it names ${known}`, 'correct the name; nothing was changed')
  const missing = states.filter(isMissing).map(nameOf)
  if (sources.length === 0 && missing.length > 0) throw new StackError('usage', `nothing says what ${missing.join(', ')} should be`, 'give each a --from-file, --from-stdin or --generate')
}

/** A Secret needs its namespace, and may be made before anything else is. */
const ensureNamespace = async (port: ClusterPort, { objects, namespace }: Desired): Promise<void> => {
  const planned = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace)
  if (planned && !(await port.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace }))) await port.apply(planned)
}

const Keys = z.object({ data: z.record(z.string(), z.unknown()).default({}) })

/** Writes what is not there yet of one Secret. */
const createMissing = async ({ output }: Context, port: ClusterPort, desired: Desired, secret: string, values: Values): Promise<void> => {
  const found = await port.find({ apiVersion: 'v1', kind: 'Secret', name: secret, namespace: desired.namespace })
  const there = Object.keys(Keys.parse(found ?? {}).data)
  const lacking = new Map([...values].filter(([key]) => !there.includes(key)))
  const kept = [...values.keys()].filter((key) => there.includes(key))
  const object = `Secret/${secret}`
  if (kept.length > 0) output.emit({ type: 'object', object, did: 'kept', why: `${kept.join(', ')} there already` })
  if (lacking.size === 0) return
  await (found ? addKeys(port, found, lacking) : createSecret(port, desired, secret, lacking))
  output.emit({ type: 'object', object, did: found ? 'changed' : 'created', why: [...lacking.keys()].join(', ') })
}

/** `stack secrets create`: makes the Secrets that are missing. What is there is never written again, and no value is shown. */
export const createVerb = async (context: Context): Promise<Exit> => {
  const { output, host, options } = context
  const given = sourcesOf(options)
  const [desired, { port }] = await synthesizeAndConnect(context)
  const sources = current(given, await readSecretNames(port, desired))
  requireKnown(sources, await secretStates(port, desired))
  const values = await Promise.all(sources.map(async (source) => ({ ...source, value: await valueOf(host, source) })))
  await ensureNamespace(port, desired)
  for (const [secret, own] of Map.groupBy(values, (one) => one.secret)) await createMissing(context, port, desired, secret, new Map(own.map(({ key, value }) => [key, value])))
  const states = await secretStates(port, desired)
  output.emit({ type: 'result', result: 'secrets', value: states })
  output.print(secretsText(states, paintOf(host)))
  return 'ok'
}
