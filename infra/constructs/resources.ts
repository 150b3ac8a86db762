import { k8s } from './k8s.ts'

/** CPU and memory of a container, as Kubernetes quantities (`100m`, `128Mi`). */
export interface Resources {
  readonly requests: Quantities
  readonly limits: Quantities
}

export interface Quantities {
  readonly cpu: string
  readonly memory: string
  /**
   * What a container may write to its node: its logs, mostly, of which the kubelet keeps 50 MiB. Sidecars have none, for Dapr's injector knows no such.
   * @default - 64Mi is requested, 256Mi the limit
   */
  readonly 'ephemeral-storage'?: string
}

const ephemeralStorage = { requests: '64Mi', limits: '256Mi' } as const

/** What a sidecar gets unless an app's settings say otherwise: more than three times of what one of the task stack was seen to hold. */
export const sidecarResources: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } }

const quantities = (values: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, k8s.Quantity.fromString(value)]))

/** Resources as a container has them. */
export const requirements = ({ requests, limits }: Resources): k8s.ResourceRequirements => ({
  requests: quantities({ ...requests, 'ephemeral-storage': requests['ephemeral-storage'] ?? ephemeralStorage.requests }),
  limits: quantities({ ...limits, 'ephemeral-storage': limits['ephemeral-storage'] ?? ephemeralStorage.limits }),
})

const mebibytes = { Mi: 1, Gi: 1024 } as const
const share = 0.9

/**
 * Where Go should collect its garbage more eagerly (GOMEMLIMIT): at 90 % of a limit of memory.
 * @throws RangeError when the limit is not a whole number of Mi or Gi
 */
export const goMemoryLimit = (memory: string): string => {
  const [, amount = '', unit = ''] = /^(\d+)(Mi|Gi)$/.exec(memory) ?? []
  if (unit !== 'Mi' && unit !== 'Gi') throw new RangeError(`sidecar.limits.memory is "${memory}"; use a whole number of Mi or Gi, such as 256Mi`)
  return `${Math.floor(Number(amount) * mebibytes[unit] * share)}MiB`
}
