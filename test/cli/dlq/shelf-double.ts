import { type DeadLetter, deadLetterKey } from '../../../config/define/index.ts'
import { DlqError, exitCodes } from '../../../cli/dlq/errors.ts'
import type { Shelf } from '../../../cli/dlq/shelf.ts'
import type { Message, SidecarApi } from '../../../cli/dlq/sidecar.ts'
import { listDeadLetter } from '../../../service/dapr/dead-letter-index.ts'
import { stateStore } from '../../../service/dapr/index.ts'
import { memorySidecar } from '../../service/support/memory-sidecar.ts'

/** A sidecar in memory as `dlq` sees it: over the very double that the services are tested on. */
export const sidecarDouble = () => {
  const memory = memorySidecar()
  const published: { pubsub: string; topic: string; message: Message }[] = []
  const faults: { readonly publish: (() => void)[]; readonly remove: (() => void)[] } = { publish: [], remove: [] }
  const held = async (change: () => Promise<void>): Promise<boolean> => change().then(() => true, () => false)
  const api: SidecarApi = {
    metadata: async () => ({ id: 'billing', subscriptions: [] }),
    get: (store, key) => memory.getState(store, key),
    put: (store, key, value, etag) => held(() => memory.saveState(store, key, value, etag === undefined ? { firstWrite: true } : { etag })),
    remove: async (store, key, etag) => {
      faults.remove.shift()?.()
      return memory.entries.has(`${store}/${key}`) && held(() => memory.deleteState(store, key, etag))
    },
    publish: async (pubsub, topic, message) => {
      faults.publish.shift()?.()
      published.push({ pubsub, topic, message })
    },
  }
  return { memory, api, published, faults }
}

/** The shelf of `billing` for `orders`. */
export const shelfDouble = (app = 'billing') => {
  const double = sidecarDouble()
  const shelf: Shelf = { app, topic: 'orders', pubsub: 'bus', store: 'store', sidecar: double.api, publisher: async () => double.api }
  const state = stateStore(double.memory, 'store')
  const put = async (letter: DeadLetter): Promise<void> => {
    await double.memory.saveState('store', deadLetterKey('orders', letter.id), letter, { firstWrite: true })
    await listDeadLetter(state, 'orders', letter.id)
  }
  return { ...double, shelf, state, put }
}

export const refusal = () => { throw new DlqError('the sidecar refused to publish: 403', exitCodes.unreachable) }

export const letterOf = (id: string, change: Partial<DeadLetter> = {}): DeadLetter => ({
  schema: 1,
  id,
  app: 'billing',
  topic: 'orders',
  event: { specversion: '1.0', id, type: 'order.placed', subject: 'o-1', data: { n: 1 } },
  last_error: 'Error: not now',
  attempts: 7,
  first_failed_at: '2026-01-01T00:00:00.000Z',
  last_failed_at: '2026-01-01T00:00:20.000Z',
  received: 1,
  ...change,
})
