/** A Kubernetes object as the API server would get it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels; readonly annotations?: Labels }
  readonly spec?: unknown
  readonly scopes?: readonly string[]
  readonly automountServiceAccountToken?: boolean
}
type Labels = Readonly<Record<string, string>>

/** What the tests look at in a pod template. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Labels; readonly annotations?: Labels }
  readonly spec: { readonly automountServiceAccountToken?: boolean; readonly serviceAccountName?: string; readonly securityContext?: unknown; readonly containers: readonly Container[] }
}
interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels }
  readonly securityContext?: unknown
}

/** The names of all objects of a kind. */
export const namesOf = (objects: readonly Manifest[], kind: string): string[] =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name)

/** The one object of that kind and name. */
export const find = (objects: readonly Manifest[], kind: string, name: string): Manifest => {
  const [found, ...others] = objects.filter((object) => object.kind === kind && object.metadata.name === name)
  if (!found || others.length > 0) throw new Error(`${others.length > 0 ? 'more than one' : 'no'} ${kind} ${name} among ${namesOf(objects, kind).join(', ')}`)
  return found
}

/** The objects that run pods. */
export const workloads = (objects: readonly Manifest[]): Manifest[] => objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')

export const podOf = (workload: Manifest): PodTemplate => (workload.spec as { readonly template: PodTemplate }).template
