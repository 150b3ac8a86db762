import { z } from 'zod'

import { type AnyService, type AnyStack, defaultDelivery, defaultResilience, defaultShutdown } from '../../config/define/index.ts'

/** A sound stack that is not ours: a shop publishes orders, and billing hears of them and can be invoked. */
export const orders: AnyStack = {
  components: { store: 'state', bus: 'pubsub', vault: 'secrets' },
  topics: { orders: { pubsub: 'bus', events: { placed: z.object({ id: z.string() }) } } },
  services: {
    shop: { port: 8000, state: ['store'], publishes: ['orders'], invokes: { billing: ['charge'] }, secrets: { vault: ['api-key'] } },
    billing: {
      port: 8001,
      state: ['store'],
      subscribes: { orders: { name: 'billing-orders', marks: 'store' } },
      methods: { charge: { request: z.object({ id: z.string() }), response: z.object({}) } },
    },
  },
  delivery: defaultDelivery,
  resilience: defaultResilience,
  shutdown: defaultShutdown,
}

/** That stack with something else said of one of its apps, or of a third. */
export const withApp = (app: string, change: Partial<AnyService>): AnyStack => ({
  ...orders,
  services: { ...orders.services, [app]: { port: 8002, ...orders.services[app], ...change } },
})
