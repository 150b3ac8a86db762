import { holdsPassword } from './credentials.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ContainerThing, WorkloadThing } from './thing.ts'
import { isMap, type Json, listOf, mapOf, scalarOf, textOf, textsOf } from './values.ts'

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
        return typeof name === 'string' && typeof value === 'string' && value !== '' && (secretName.test(name) || holdsPassword(value)) ? [{ path: [...path, 'env', index], what: `${name} is written out` }] : []
      }),
    ),
}

const amount = (value: unknown): number => {
  const [, number = '0', unit = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(scalarOf(value) ?? '') ?? []
  return Number(number) * (units[unit] ?? 1)
}

const units: Readonly<Record<string, number>> = { m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

const resourceLimits: Rule = {
  id: 'resource-limits',
  reason: 'The API server refuses a container that requests more than it may have.',
  mend: 'Raise the limit, or lower the request.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path, name }) => {
      const { requests, limits } = mapOf(body['resources'])
      const [wanted, most] = [mapOf(requests), mapOf(limits)]
      return Object.keys(wanted).filter((resource) => most[resource] !== undefined && amount(wanted[resource]) > amount(most[resource])).map((resource) => ({
        path: [...path, 'resources', 'requests', resource],
        what: `container ${name} requests ${scalarOf(wanted[resource]) ?? ''} of ${resource}, and is limited to ${scalarOf(most[resource]) ?? ''}`,
      }))
    }),
}

const hostFields = ['hostNetwork', 'hostPID', 'hostIPC']

const privileged: Rule = {
  id: 'privileged',
  reason: 'Whoever takes over the container has the node, and with it all pods there.',
  mend: 'Remove it: no app of Dapr needs it.',
  check: ({ workloads }) => [
    ...workloads.flatMap((thing) => hostFields.filter((name) => thing.pod[name] === true).map((name) => ({ thing, path: [...thing.template, 'spec', name], what: `the pods of ${thing.name} have ${name}` }))),
    ...workloads.flatMap((thing) =>
      listOf(thing.pod['volumes']).flatMap((volume, index) => (isMap(mapOf(volume)['hostPath']) ? [{ thing, path: [...thing.template, 'spec', 'volumes', index], what: `the pods of ${thing.name} mount a folder of the node` }] : [])),
    ),
    ...inContainers(workloads, ({ body, path, name }) => {
      const security = mapOf(body['securityContext'])
      return ['privileged', 'allowPrivilegeEscalation'].filter((key) => security[key] === true).map((key) => ({ path: [...path, 'securityContext', key], what: `container ${name} has ${key}` }))
    }),
  ],
}

const rootUser: Rule = {
  id: 'root-user',
  reason: 'Whoever breaks out of the container is root on the node, and a namespace that enforces `restricted` refuses the pod.',
  mend: 'Remove it, and set `runAsNonRoot: true`.',
  check: ({ workloads }) => [
    ...workloads.flatMap((thing) => (isRoot(thing.pod) ? [{ thing, path: [...thing.template, 'spec', 'securityContext', 'runAsUser'], what: `the pods of ${thing.name} run as root` }] : [])),
    ...inContainers(workloads, ({ body, path, name }) => (isRoot(body) ? [{ path: [...path, 'securityContext', 'runAsUser'], what: `container ${name} runs as root` }] : [])),
  ],
}

const isRoot = ({ securityContext }: Json): boolean => mapOf(securityContext)['runAsUser'] === 0

const secretVerbs = ['get', 'list', 'watch', '*']

const roleSecrets: Rule = {
  id: 'role-secrets',
  reason: 'Whoever has the role reads every Secret there is.',
  mend: 'Allow `get` alone, and name the Secrets in `resourceNames`.',
  check: ({ all }) =>
    all.filter(({ kind, apiVersion }) => ['Role', 'ClusterRole'].includes(kind) && apiVersion.startsWith('rbac.')).flatMap((thing) =>
      listOf(thing.body['rules']).map(mapOf).flatMap(({ resources, verbs, resourceNames }, index) => {
        const [reads, asked] = [textsOf(resources).some((one) => one === 'secrets' || one === '*'), textsOf(verbs).filter((verb) => secretVerbs.includes(verb))]
        const wide = reads && asked.length > 0 && (textsOf(resourceNames).length === 0 || asked.some((verb) => verb !== 'get'))
        return wide ? [{ thing, path: ['rules', index], what: `${thing.kind} ${thing.name} may ${asked.join(', ')} ${textsOf(resourceNames).length === 0 ? 'all Secrets' : textsOf(resourceNames).join(', ')}` }] : []
      }),
    ),
}

// Roles that every cluster has, and that read Secrets.
const wideRoles = ['cluster-admin', 'admin', 'edit']

const roleWide: Rule = {
  id: 'role-wide',
  reason: 'Whoever is bound to the role reads every Secret, and changes almost every object.',
  mend: 'Bind a Role of its own that allows what the app asks the cluster for, which is mostly nothing.',
  check: ({ all }) =>
    all.filter(({ kind, apiVersion }) => ['RoleBinding', 'ClusterRoleBinding'].includes(kind) && apiVersion.startsWith('rbac.')).flatMap((thing) => {
      const { kind, name } = mapOf(thing.body['roleRef'])
      const accounts = listOf(thing.body['subjects']).map(mapOf).filter((subject) => subject['kind'] === 'ServiceAccount')
      const role = scalarOf(name) ?? ''
      return kind === 'ClusterRole' && wideRoles.includes(role) && accounts.length > 0 ? [{ thing, path: ['roleRef'], what: `${thing.kind} ${thing.name} gives pods the role ${role}` }] : []
    }),
}

/** Rules of what pods may use and do. */
export const podRules: readonly Rule[] = [imageTag, resourceRequests, resourceLimits, privileged, rootUser, envSecret, roleSecrets, roleWide]
