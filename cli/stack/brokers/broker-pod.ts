import { z } from 'zod'

import type { KubeObject } from '../../kube/port.ts'
import type { Connection } from '../connection.ts'
import { isReady, podOf, podsWith } from '../up/pods.ts'
import { type BrokerPod, Uncountable } from './question.ts'

const Component = z.object({ spec: z.object({ type: z.string(), metadata: z.array(z.object({ name: z.string(), value: z.unknown().optional() })).default([]) }) })

/** The metadata item of each type that holds the address, and the port where it names none. */
const addresses: Readonly<Record<string, { readonly item: string; readonly port: number }>> = {
  'pubsub.redis': { item: 'redisHost', port: 6379 },
  'pubsub.kafka': { item: 'brokers', port: 9092 },
  'pubsub.jetstream': { item: 'natsURL', port: 4222 },
}

/**
 * Where a component finds its broker: of several the first. Pure.
 * @throws Uncountable when it does not say in plain text
 */
export const addressOf = (component: KubeObject): { readonly host: string; readonly port: number } => {
  const { type, metadata } = Component.parse(component).spec
  const known = addresses[type]
  if (!known) throw new Uncountable(`what ${type} has not delivered cannot be counted`)
  const value = metadata.find(({ name }) => name === known.item)?.value
  if (typeof value !== 'string') throw new Uncountable(`where ${component.metadata.name} finds its broker is a secret`)
  const [first = ''] = value.split(',')
  const { hostname, port } = new URL(first.includes('://') ? first : `tcp://${first}`)
  return { host: hostname, port: port === '' ? known.port : Number(port) }
}

const Service = z.object({ spec: z.object({ selector: z.record(z.string(), z.string()) }) })

/**
 * Finds the pod of the broker behind a component, where it runs in the namespace.
 * @throws Uncountable when it does not
 */
export const brokerPod = async ({ port: cluster, pods }: Pick<Connection, 'port' | 'pods'>, namespace: string, component: KubeObject): Promise<BrokerPod> => {
  const { host, port } = addressOf(component)
  const [name = '', own = namespace] = host.split('.')
  const service = own === namespace ? Service.safeParse(await cluster.find({ apiVersion: 'v1', kind: 'Service', name, namespace })).data : undefined
  if (!service) throw new Uncountable(`its broker ${host} does not run in namespace ${namespace}`)
  const pod = podsWith((await cluster.list('v1', 'Pod', { namespace })).map(podOf), service.spec.selector).find(isReady)
  const [container] = pod?.spec.containers ?? []
  if (!pod || !container) throw new Uncountable(`no pod of its broker ${name} is ready`)
  const exec = async (command: readonly string[]): Promise<string> => {
    try {
      return await pods(namespace).exec(pod.metadata.name, container.name, command)
    } catch (error) {
      // A connection that is refused is no Error of its library, but an event.
      const why = error instanceof Error ? error.message.slice(-200) : 'no command may be run in its pod'
      throw new Uncountable(`its broker ${name} cannot be asked: ${why}`, { cause: error })
    }
  }
  return { address: `${host}:${port}`, port, exec }
}
