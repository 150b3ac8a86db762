import { type Json, listOf, mapOf, type Path, scalarOf, textOf, textsOf, valueAt } from './values.ts'

/** A Kubernetes object. */
export interface Thing {
  /** Its place in what was given to be looked at. */
  readonly input: number
  /** Where it stands in there: not at the root when it is in a List. */
  readonly root: Path
  readonly body: Json
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** `default` where it says none. */
  readonly namespace: string
}

/** A metadata item of a Dapr Component. */
export interface MetadataEntry {
  readonly name: string
  readonly path: Path
  readonly body: Json
  /** The value as text, where it is given as such. */
  readonly value: string | undefined
}

/** A Dapr Component. */
export interface ComponentThing extends Thing {
  readonly type: string
  readonly version: string
  readonly entries: readonly MetadataEntry[]
  /** Empty: every app may use it. */
  readonly scopes: readonly string[]
}

export interface ContainerThing {
  readonly body: Json
  readonly path: Path
  readonly name: string
}

/** An object that makes pods, or a Pod itself. */
export interface WorkloadThing extends Thing {
  /** Path of the pod template: its `metadata` and `spec` are there. */
  readonly template: Path
  readonly annotations: Json
  readonly labels: Json
  readonly pod: Json
  /** Its own containers, those that run before them not among them. */
  readonly containers: readonly ContainerThing[]
  readonly initContainers: readonly ContainerThing[]
}

/** A Dapr Subscription, in either version. */
export interface SubscriptionThing extends Thing {
  readonly pubsub: string
  readonly topic: string
  readonly deadLetterTopic: string | undefined
  readonly scopes: readonly string[]
}

const templates: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
}

/** The object as a Thing; `undefined` when it is no Kubernetes object. */
export const thingOf = (input: number, root: Path, value: unknown): Thing | undefined => {
  const body = mapOf(value)
  const { name, namespace } = mapOf(body['metadata'])
  const [apiVersion, kind, called] = [textOf(body['apiVersion']), textOf(body['kind']), textOf(name)]
  if (!apiVersion || !kind || !called) return undefined
  return { input, root, body, apiVersion, kind, name: called, namespace: textOf(namespace) ?? 'default' }
}

export const isDapr = ({ apiVersion }: Thing): boolean => apiVersion.startsWith('dapr.io/')

export const componentOf = (thing: Thing): ComponentThing[] => {
  if (!isDapr(thing) || thing.kind !== 'Component') return []
  const spec = mapOf(thing.body['spec'])
  const entries = listOf(spec['metadata']).map((item, index): MetadataEntry => {
    const body = mapOf(item)
    return { name: scalarOf(body['name']) ?? '', path: ['spec', 'metadata', index], body, value: scalarOf(body['value']) }
  })
  return [{ ...thing, type: textOf(spec['type']) ?? '', version: textOf(spec['version']) ?? '', entries, scopes: textsOf(thing.body['scopes']) }]
}

export const subscriptionOf = (thing: Thing): SubscriptionThing[] => {
  if (!isDapr(thing) || thing.kind !== 'Subscription') return []
  const { pubsubname, topic, deadLetterTopic } = mapOf(thing.body['spec'])
  return [{ ...thing, pubsub: textOf(pubsubname) ?? '', topic: textOf(topic) ?? '', deadLetterTopic: textOf(deadLetterTopic), scopes: textsOf(thing.body['scopes']) }]
}

const containersAt = (body: Json, path: Path): ContainerThing[] =>
  listOf(valueAt(body, path)).map((container, index) => ({ body: mapOf(container), path: [...path, index], name: textOf(mapOf(container)['name']) ?? String(index) }))

export const workloadOf = (thing: Thing): WorkloadThing[] => {
  const template = templates[thing.kind]
  if (template === undefined) return []
  const { annotations, labels } = mapOf(valueAt(thing.body, [...template, 'metadata']))
  return [{
    ...thing,
    template,
    annotations: mapOf(annotations),
    labels: mapOf(labels),
    pod: mapOf(valueAt(thing.body, [...template, 'spec'])),
    containers: containersAt(thing.body, [...template, 'spec', 'containers']),
    initContainers: containersAt(thing.body, [...template, 'spec', 'initContainers']),
  }]
}
