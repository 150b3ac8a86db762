import { z } from 'zod'

import { type ClusterPort, KubeRefusal, type KubeObject } from '../../kube/port.ts'
import { isWorkload } from './phases.ts'

/** An image that a workload runs. */
interface Wanted {
  readonly image: string
  /** It may not be pulled: it has to be on the nodes. */
  readonly isLocal: boolean
  readonly by: string
}

const Container = z.object({ image: z.string(), imagePullPolicy: z.string().optional() })
const Template = z.object({ spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(Container), initContainers: z.array(Container).default([]) }) }) }) })

const wantedBy = (object: KubeObject): Wanted[] => {
  const { data } = Template.safeParse(object)
  if (!data) return []
  const { containers, initContainers } = data.spec.template.spec
  return [...containers, ...initContainers].map(({ image, imagePullPolicy }) => ({ image, isLocal: imagePullPolicy === 'Never', by: object.metadata.name }))
}

/** The name under which nodes list an image: Docker's registry and the tag `latest` are spelt out. Pure. */
export const fullName = (image: string): string => {
  const [first = '', ...rest] = image.split('/')
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first)
  const named = hasRegistry ? image : rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`
}

const Node = z.object({ status: z.object({ images: z.array(z.object({ names: z.array(z.string()).nullish() })).default([]) }) })

/** Nodes tell of so many of their images, the largest. */
const mostListed = 50

/** What is known of the images that workloads run. */
export interface ImageFindings {
  readonly all: number
  /** On no node, and not to be pulled: their pods cannot start. Each with who wants it. */
  readonly absent: readonly string[]
  /** On no node, as far as nodes tell: to be pulled. */
  readonly toPull: readonly string[]
}

/** Looks for the images of workloads on the nodes; undefined where they may not be looked at. */
export const findImages = async (port: ClusterPort, objects: readonly KubeObject[], built: readonly string[]): Promise<ImageFindings | undefined> => {
  const wanted = objects.filter(isWorkload).flatMap(wantedBy).filter(({ image }) => !built.includes(image))
  if (wanted.length === 0) return { all: 0, absent: [], toPull: [] }
  try {
    const nodes = (await port.list('v1', 'Node')).map((node) => Node.parse(node).status.images)
    const there = new Set(nodes.flat().flatMap(({ names }) => names ?? []))
    const missing = wanted.filter(({ image }) => !there.has(fullName(image)))
    const isCertain = nodes.every((images) => images.length < mostListed)
    const absent = isCertain ? missing.filter(({ isLocal }) => isLocal) : []
    const toPull = missing.filter((one) => !absent.includes(one)).map(({ image }) => image)
    return { all: new Set(wanted.map(({ image }) => image)).size, absent: [...new Set(absent.map(({ image, by }) => `${image} of ${by}`))], toPull: [...new Set(toPull)] }
  } catch (error) {
    if (error instanceof KubeRefusal && error.status === 403) return undefined
    throw error
  }
}
