import type { SecretKey } from './backend.ts'
import { selectorOf } from './labels.ts'
import type { NetworkTarget } from './network-peers.ts'

const address = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^:/@]+):(\d+)/

/** A host of one word is a Service of the stack's namespace, which has the name of its pods' label. */
const targetOf = (host: string, port: number): NetworkTarget => ({ ...(/^[\w-]+$/.test(host) && { pods: selectorOf(host) }), ports: [port] })

/**
 * Where servers are that are known by their addresses: `host:port`, several separated by commas. Of a reference or of text that is no
 * address nothing is known: `undefined`.
 */
export const targetsAt = (addresses: string | SecretKey): readonly NetworkTarget[] | undefined => {
  if (typeof addresses !== 'string') return undefined
  const targets = addresses.split(',').flatMap((one) => {
    const [, host, port] = address.exec(one.trim()) ?? []
    return host === undefined ? [] : [targetOf(host, Number(port))]
  })
  return targets.length > 0 ? targets : undefined
}
