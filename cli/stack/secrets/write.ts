import { type ClusterPort, KubeRefusal, type KubeObject } from '../../kube/port.ts'
import { type Desired, ownLabels } from '../desired.ts'
import { StackError } from '../errors.ts'

/** Keys and their values. */
export type Values = ReadonlyMap<string, Buffer>

const encoded = (values: Values): Record<string, string> => Object.fromEntries([...values].map(([key, value]) => [key, value.toString('base64')]))

/** A text in which no value stands, in whatever form. */
const withoutValues = (text: string, values: Values): string =>
  [...values.values()].flatMap((value) => [value.toString('utf8'), value.toString('base64')]).reduce((left, value) => left.replaceAll(value, '(hidden)'), text)

const refusing = async <T>(name: string, values: Values, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof KubeRefusal)) throw error
    // The cause would carry the value.
    throw new StackError('failed', `the cluster refuses Secret/${name}: ${withoutValues(error.message, values)}`, 'see your permissions and what it says; no value was overwritten')
  }
}

/** Makes a Secret; one that is there already is an error. */
export const createSecret = (port: Pick<ClusterPort, 'create'>, { stack, namespace }: Pick<Desired, 'stack' | 'namespace'>, name: string, values: Values): Promise<KubeObject> => {
  const labels = ownLabels(stack, name)
  return refusing(name, values, () => port.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels }, type: 'Opaque', data: encoded(values) }))
}

const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** Adds keys to a Secret that lacked them when it was read; whoever changed it since is not overwritten. */
export const addKeys = (port: ClusterPort, secret: KubeObject, values: Values): Promise<KubeObject> => {
  const { name, namespace } = secret.metadata
  const seen = { op: 'test', path: '/metadata/resourceVersion', value: secret.metadata['resourceVersion'] }
  const data = secret['data'] === undefined ? [{ op: 'add', path: '/data', value: {} }] : []
  const keys = Object.entries(encoded(values)).map(([key, value]) => ({ op: 'add', path: `/data/${pointer(key)}`, value }))
  return refusing(name, values, () => port.patch({ apiVersion: 'v1', kind: 'Secret', name, namespace }, [seen, ...data, ...keys]))
}
