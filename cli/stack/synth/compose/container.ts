import { z } from 'zod'

import type { KubeObject } from '../../../kube/port.ts'
import { StackError } from '../../errors.ts'
import { healthcheck, Probe } from './healthcheck.ts'
import { literal } from './literal.ts'

const Container = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  readinessProbe: Probe.optional(),
  securityContext: z.object({ readOnlyRootFilesystem: z.boolean().optional(), allowPrivilegeEscalation: z.boolean().optional(), capabilities: z.object({ drop: z.array(z.string()) }).optional() }).default({}),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
})
export type Container = z.infer<typeof Container>

const PodSpec = z.object({
  containers: z.array(Container),
  initContainers: z.array(Container).default([]),
  securityContext: z.object({ runAsUser: z.number(), runAsGroup: z.number() }).partial().default({}),
  volumes: z.array(z.object({ name: z.string(), configMap: z.object({ name: z.string() }).optional(), emptyDir: z.unknown().optional() })).default([]),
})

const Workload = z.object({
  spec: z.object({ template: z.object({ spec: PodSpec }), volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })).default([]) }),
})

/** The pod of a workload, with the one container that goes on and those that run before it. */
export interface PodTemplate {
  readonly main: Container
  readonly before: readonly Container[]
  readonly pod: z.infer<typeof PodSpec>
  /** Names of the volumes that outlive it. */
  readonly claims: readonly string[]
}

/** A service of a compose file. */
export type Service = Readonly<Record<string, unknown>>

/**
 * Reads the pod of a Deployment, StatefulSet or Job.
 * @throws StackError when it has several containers
 */
export const podTemplate = (workload: KubeObject): PodTemplate => {
  const { template, volumeClaimTemplates } = Workload.parse(workload).spec
  const [main, ...others] = template.spec.containers
  if (main && others.length === 0) return { main, before: template.spec.initContainers, pod: template.spec, claims: volumeClaimTemplates.map(({ metadata }) => metadata.name) }
  throw new StackError('usage', `${workload.kind}/${workload.metadata.name} has ${template.spec.containers.length} containers, and a service of compose has one`, 'give each a workload of its own')
}

const security = ({ securityContext: { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } }: Container): Service => ({
  ...(readOnlyRootFilesystem && { read_only: true }),
  ...(allowPrivilegeEscalation === false && { security_opt: ['no-new-privileges:true'] }),
  ...(capabilities && { cap_drop: capabilities.drop }),
})

/** Who runs it. A new volume belongs to whoever the image says, and nothing makes it the user's as Kubernetes does: only root can write to any. */
const owner = (container: Container, { pod: { securityContext: { runAsUser, runAsGroup } }, claims }: PodTemplate): Service => {
  if (container.volumeMounts.some(({ name }) => claims.includes(name))) return { ...security({ ...container, securityContext: { ...container.securityContext, capabilities: undefined } }), user: '0:0' }
  return { ...security(container), ...(runAsUser !== undefined && { user: `${runAsUser}:${runAsGroup ?? runAsUser}` }) }
}

/** Name of the volume of a claim. */
export const volumeName = (workload: string, claim: string): string => `${workload}-${claim}`

const mounts = (workload: string, container: Container, { pod, claims }: PodTemplate): Service => {
  const at = (kind: 'configMap' | 'emptyDir') => container.volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = pod.volumes.find((one) => one.name === name)
    return volume?.[kind] === undefined ? [] : [{ volume, mountPath }]
  })
  const volumes = [
    ...container.volumeMounts.filter(({ name }) => claims.includes(name)).map(({ name, mountPath }) => `${volumeName(workload, name)}:${mountPath}`),
    ...at('configMap').map(({ volume, mountPath }) => `./files/${volume.configMap?.name ?? ''}:${mountPath}:ro`),
  ]
  const tmpfs = at('emptyDir').map(({ mountPath }) => mountPath)
  return { ...(volumes.length > 0 && { volumes }), ...(tmpfs.length > 0 && { tmpfs }) }
}

/** A container of a workload's pod as a service. Pure. */
export const serviceOf = (workload: string, container: Container, template: PodTemplate): Service => {
  const { image, command, args, env } = container
  const environment = Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, literal(value)]])))
  return {
    image,
    ...(command && { entrypoint: command.map(literal) }),
    ...(args && { command: args.map(literal) }),
    ...(env.length > 0 && { environment }),
    ...owner(container, template),
    ...mounts(workload, container, template),
    ...healthcheck(container.readinessProbe, command),
  }
}
