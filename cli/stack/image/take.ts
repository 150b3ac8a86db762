import { z } from 'zod'

import { type ClusterPort, type KubeObject, refOf, shortName } from '../../kube/port.ts'
import type { Context } from '../context.ts'
import { podAnnotations } from '../up/phases.ts'
import type { Built } from './build.ts'

const annotation = 'dapr-stack/image-id'

/** Notes the image on an object; one without annotations has no place for a single one. */
const noted = (parent: string, annotations: object | undefined, id: string) =>
  annotations === undefined
    ? { op: 'add', path: `${parent}/annotations`, value: { [annotation]: id } }
    : { op: 'add', path: `${parent}/annotations/${annotation.replace('/', '~1')}`, value: id }

const Live = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }), spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.object({ imagePullPolicy: z.string().optional() })) }) }) }) })

/**
 * Makes the pods of apps anew where they run another image of the same name. Which one they run stands in an annotation that no
 * manifest has, so that an `up` without a build leaves it.
 */
export const takeImage = async (port: ClusterPort, { id, image, replaces }: Built, apps: readonly KubeObject[], created: readonly string[], { output }: Pick<Context, 'output'>): Promise<void> => {
  for (const app of apps) {
    const name = shortName(refOf(app))
    const live = Live.parse(await port.find(refOf(app)))
    const { annotations } = live.metadata
    if (annotations?.[annotation] === id) continue
    const isNew = created.includes(name)
    await port.patch(refOf(app), [noted('/metadata', annotations, id), ...(isNew ? [] : [noted('/spec/template/metadata', podAnnotations(app), id)])])
    if (isNew) continue
    output.emit({ type: 'note', text: `${name}: rolled for the new ${image}` })
    const keeps = !replaces && live.spec.template.spec.containers.some(({ imagePullPolicy }) => imagePullPolicy !== 'Always')
    if (keeps) output.emit({ type: 'note', text: `${name}: a node that has ${image} already keeps the old one; give the image a new tag` })
  }
}
