import { z } from 'zod'

import type { KubeObject } from '../../kube/port.ts'
import { StackError } from '../errors.ts'
import { hasSidecar } from '../up/phases.ts'

/** Programs that build images; the first that is there and works is taken. */
export const tools = ['docker', 'podman', 'buildah'] as const
export type Tool = (typeof tools)[number]

/** What is to be built, and for whom. */
export interface BuildRequest {
  readonly tool: Tool
  /** Reference of the image, with its registry where it has one. */
  readonly image: string
  /** Context of the kubeconfig: kind's are called `kind-<cluster>`. */
  readonly context: string
  /** A file that may be written, for what is handed over. */
  readonly archive: string
}

/** A command and its arguments. */
export type BuildCommand = readonly [string, ...string[]]

/** What is run, in the folder of the stack. */
export interface BuildPlan {
  readonly build: BuildCommand
  /** Brings it to the nodes: into kind, or to the registry. */
  readonly deliver: readonly BuildCommand[]
  /** Prints the id of what was built. */
  readonly identify: BuildCommand
  /** Whether nodes that have an image of that name take the new one. */
  readonly replaces: boolean
}

const buildah = ({ image, archive }: BuildRequest) => ({
  identify: ['buildah', 'inspect', '--type', 'image', '--format', '{{.FromImageID}}', image],
  save: ['buildah', 'push', '--quiet', image, `docker-archive:${archive}:${image}`],
  push: ['buildah', 'push', '--quiet', image, `docker://${image}`],
}) satisfies Record<string, BuildCommand>

const likeDocker = (tool: Exclude<Tool, 'buildah'>, { image, archive }: BuildRequest) => ({
  identify: [tool, 'image', 'inspect', '--format', '{{.Id}}', image],
  save: [tool, 'save', '--output', archive, image],
  push: [tool, 'push', image],
}) satisfies Record<string, BuildCommand>

const kind = 'kind-'

/** The commands that build an image and bring it to a cluster: into a kind, to the registry of its name for any other. Pure. */
export const buildPlan = (request: BuildRequest): BuildPlan => {
  const { tool, image, context, archive } = request
  const { identify, save, push } = tool === 'buildah' ? buildah(request) : likeDocker(tool, request)
  const isKind = context.startsWith(kind)
  const load: BuildCommand = ['kind', 'load', 'image-archive', archive, '--name', context.slice(kind.length)]
  return { build: [tool, 'build', '--tag', image, '.'], identify, deliver: isKind ? [save, load] : [push], replaces: isKind }
}

const Template = z.object({ spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }) }) })

/**
 * The one image of the apps. Pure.
 * @throws StackError when they have none or several
 */
export const imageOfApps = (objects: readonly KubeObject[]): string => {
  const images = [...new Set(objects.filter(hasSidecar).flatMap((object) => Template.parse(object).spec.template.spec.containers.map(({ image }) => image)))]
  const [image, ...others] = images
  if (image !== undefined && others.length === 0) return image
  throw new StackError('usage', `--build makes one image of the Dockerfile, and the apps have ${images.join(', ') || 'none'}`, 'build them by hand')
}
