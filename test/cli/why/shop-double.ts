import { deadLetterKey, failureKey, graphOf, handledKey } from '../../../config/define/index.ts'
import { type Effect, explain, type ExpectedEvent, type Explanation, type Finding, type Kind, type Line, type Place, type Story, Unreachable } from '../../../cli/why/index.ts'
import { orders } from '../../config/orders.ts'

const graph = graphOf(orders)
export const [subscription] = graph.subscriptions
if (!subscription) throw new Error('the shop of the tests has a subscriber')
const { app, topic } = subscription

export const now = new Date('2026-03-01T12:00:00Z')
export const at = (secondsAgo: number): string => new Date(now.getTime() - secondsAgo * 1000).toISOString()

/** What is kept of an event of the shop. */
export const keys = { mark: (id: string) => handledKey(topic, id), note: (id: string) => failureKey(topic, id), letter: (id: string) => deadLetterKey(topic, id) }
export const mark = (secondsAgo: number) => ({ schema: 1, handled_at: at(secondsAgo) })
export const note = (error: string, attempts = 2) => ({ schema: 1, error, attempts, first_failed_at: at(50), last_failed_at: at(40) })
export const letter = (id: string, error: string, attempts = 7) => ({ schema: 1, id, app, topic, event: {}, last_error: error, attempts, first_failed_at: at(50), last_failed_at: at(40), received: 1 })

/** An event of order 1 that was published a minute ago. */
export const event = (change: Partial<ExpectedEvent> = {}): ExpectedEvent => ({ id: 'order-1', type: 'placed', topic, publisher: 'shop', sequence: 1, time: at(60), pending: false, effects: [], ...change })
export const receipt = (change: Partial<Effect> = {}): Effect => ({ what: 'the receipt', app, invokes: { callee: 'stock', method: 'reserve' }, ...change })

export interface Shop {
  readonly events?: readonly ExpectedEvent[]
  readonly story?: Partial<Story> | undefined
  readonly kept?: Readonly<Record<string, unknown>>
  readonly lines?: readonly Line[]
  readonly findings?: readonly Finding[]
  /** Apps whose sidecars do not answer. */
  readonly away?: readonly string[]
}

const placeOf = ({ kept = {}, lines = [], findings = [], away = [] }: Shop): Place => ({
  name: 'namespace market',
  ask: async (asked, path) => {
    if (away.includes(asked)) throw new Unreachable(`no pod of ${asked} has a sidecar that could be asked`)
    const key = decodeURIComponent(/^\/v1\.0\/state\/[^/]+\/([^?]+)\?/.exec(path)?.[1] ?? '')
    return key in kept ? { status: 200, text: JSON.stringify(kept[key]) } : { status: 204, text: '' }
  },
  lines: async () => lines,
  findings: async () => findings,
  replay: (of, id) => `replay ${id} of ${of}`,
})

/** Explains order 1 of a shop. */
export const explained = async (shop: Shop): Promise<Explanation> => {
  const story: Story = { steps: [], events: shop.events ?? [event()], outcome: ['all is well'], ...shop.story }
  const kind: Kind = { searched: (id) => `order ${id}`, story: async (id, { stored }) => ((await stored('shop', 'store', id)) === 'gone' ? undefined : story) }
  const explanation = await explain(placeOf(shop), { graph, kinds: { order: kind } }, kind, { kind: 'order', id: 'order-1' }, now)
  if ('searched' in explanation) throw new Error(explanation.searched)
  return explanation
}
