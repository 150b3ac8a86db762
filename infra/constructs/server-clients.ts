import { type AnyStack, graphOf } from '../../config/define/index.ts'
import type { Backend, Backends } from './backend.ts'
import { selectorOf } from './labels.ts'

/** The apps of a stack that use a server of their namespace, by what stands behind their components. */
export const serverClients = <St extends AnyStack>(stack: St, backends: Backends<St>, server: string): string[] => {
  const label = JSON.stringify(selectorOf(server))
  const behind: Readonly<Record<string, Backend>> = backends
  const leadsThere = (component: string): boolean => behind[component]?.targets?.some(({ pods }) => JSON.stringify(pods) === label) ?? false
  return graphOf(stack).apps.filter(({ components }) => components.some(leadsThere)).map(({ id }) => id)
}
