import { graphOf, type StackGraph } from '../../../config/define/index.ts'
import { orders, withApp } from '../../config/orders.ts'

/** The shop of the config's tests, which also has a job. */
export const shop: StackGraph = graphOf(withApp('shop', { jobs: { restock: {} as never } })) // only the job's name is in the graph

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** A stack of so many apps: each publishes, hears of three others, invokes two, has a store and a secret, and some have jobs. */
export const graphOfSize = (size: number): StackGraph => {
  const app = (index: number): string => `service-number-${index % size}`
  const topic = (index: number): string => `events-of-number-${index % size}`
  const services = range(size).map((index) => [
    app(index),
    {
      port: 8000,
      state: [`store-${index % 5}`],
      publishes: [topic(index)],
      subscribes: Object.fromEntries([1, 2, 3].map((step) => [topic(index + step), { name: `subscription-${index}-${step}`, marks: `store-${index % 5}` }])),
      methods: { 'do-something': orders.services['billing']?.methods?.['charge'] as never }, // it has one
      invokes: { [app(index + 7)]: ['do-something'], [app(index + 11)]: ['do-something'] },
      secrets: { vault: [`key-${index}`] },
      ...(index % 4 === 0 && { jobs: { 'clean-up': {} as never } }), // only the job's name is in the graph
    },
  ] as const)
  return graphOf({
    ...orders,
    components: { ...Object.fromEntries(range(5).map((index) => [`store-${index}`, 'state' as const])), bus: 'pubsub', vault: 'secrets' },
    topics: Object.fromEntries(range(size).map((index) => [topic(index), { pubsub: 'bus', events: {} }])),
    services: Object.fromEntries(services),
  })
}
