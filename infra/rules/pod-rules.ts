import type { Flaw, Rule } from './rule.ts'
import type { ContainerThing, WorkloadThing } from './thing.ts'
import { listOf, mapOf, textOf } from './values.ts'

const allContainers = ({ containers, initContainers }: WorkloadThing): readonly ContainerThing[] => [...containers, ...initContainers]

const inContainers = (workloads: readonly WorkloadThing[], look: (container: ContainerThing, thing: WorkloadThing) => readonly Omit<Flaw, 'thing'>[]): Flaw[] =>
  workloads.flatMap((thing) => allContainers(thing).flatMap((container) => look(container, thing).map((flaw) => ({ thing, ...flaw }))))

const tagOf = (image: string): string | undefined => /:([\w.-]+)$/.exec(image.split('@')[0] ?? '')?.[1]

const imageTag: Rule = {
  id: 'image-tag',
  reason: 'What runs is decided at each start of a pod anew, and nobody can tell or go back.',
  mend: 'Name a tag that does not move, or a digest.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path, name }) => {
      const image = textOf(body['image'])
      if (image === undefined || image.includes('@')) return []
      const tag = tagOf(image)
      return tag === undefined || tag === 'latest' ? [{ path: [...path, 'image'], what: `the image of container ${name} is ${image}, ${tag === undefined ? 'without a tag' : 'which moves'}` }] : []
    }),
}

const resourceRequests: Rule = {
  id: 'resource-requests',
  reason: 'The scheduler puts the pod on a node that is full, and it is the first to be evicted.',
  mend: 'Add `resources.requests` of cpu and memory.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path, name }) => {
      const requests = mapOf(mapOf(body['resources'])['requests'])
      const missing = ['cpu', 'memory'].filter((resource) => requests[resource] === undefined)
      return missing.length === 0 ? [] : [{ path: [...path, 'resources'], what: `container ${name} requests no ${missing.join(' and no ')}` }]
    }),
}

const secretName = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i

const envSecret: Rule = {
  id: 'env-secret',
  reason: 'Whoever may read the object, the repository or the logs of a deployment has the secret.',
  mend: 'Put it into a Secret and write `valueFrom.secretKeyRef`.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path }) =>
      listOf(body['env']).flatMap((variable, index) => {
        const { name, value } = mapOf(variable)
        return typeof name === 'string' && secretName.test(name) && typeof value === 'string' && value !== '' ? [{ path: [...path, 'env', index], what: `${name} is written out` }] : []
      }),
    ),
}

/** Rules of every container. */
export const podRules: readonly Rule[] = [imageTag, resourceRequests, envSecret]
