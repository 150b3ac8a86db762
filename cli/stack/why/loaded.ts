import { z } from 'zod'

import type { StackGraph } from '../../../config/define/index.ts'
import { type Finding, type Place, sidecarPath, Unreachable } from '../../why/index.ts'

const list = <T extends z.ZodType>(item: T) => z.array(item).nullish().transform((items) => items ?? [])
const Metadata = z.object({
  components: list(z.object({ name: z.string() })),
  subscriptions: list(z.object({ topic: z.string(), pubsubname: z.string() })),
})

/** What the sidecar of an app has not loaded, that the graph wants it to; nothing of one that does not say. */
const ofApp = async ({ ask }: Pick<Place, 'ask'>, { components, subscriptions }: StackGraph, app: string): Promise<Finding[]> => {
  const { text } = await ask(app, sidecarPath.metadata)
  const loaded = Metadata.parse(JSON.parse(text))
  const fix = `see why in \`stack logs --app ${app}\``
  const absent = components.filter(({ name, users }) => users.includes(app) && !loaded.components.some((one) => one.name === name))
  const deaf = subscriptions.filter((one) => one.app === app && !loaded.subscriptions.some(({ topic, pubsubname }) => topic === one.topic && pubsubname === one.pubsub))
  return [
    ...absent.map(({ name }): Finding => ({ about: { kind: 'component', component: name }, text: `the sidecar of ${app} has not loaded component ${name}`, fix })),
    ...deaf.map(({ name }): Finding => ({ about: { kind: 'subscription', subscription: name }, text: `the sidecar of ${app} has no subscription ${name}`, fix })),
  ]
}

/** What sidecars have not loaded that the graph wants them to. */
export const loadedFindings = async (place: Pick<Place, 'ask'>, graph: StackGraph): Promise<Finding[]> => {
  const found = graph.apps.map(async ({ id }) => {
    try {
      return await ofApp(place, graph, id)
    } catch (error) {
      if (error instanceof Unreachable) return []
      throw error
    }
  })
  return (await Promise.all(found)).flat()
}
