import { App, Chart, Testing } from 'cdk8s'

import type { AnyStack } from '../../config/define/index.ts'
import { type AppSettings, DaprStack, type DaprStackProps, PubSub, SecretStore, StateStore } from '../../infra/constructs/index.ts'
import { orders } from '../config/orders.ts'
import type { Manifest } from './manifest.ts'

export const small: AppSettings = {
  replicas: 3,
  servicePort: 8080,
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '20m', memory: '32Mi' } },
}

export const backends = {
  store: StateStore.redis({ host: 'redis:6379' }),
  bus: PubSub.redis({ host: 'redis:6379' }),
  vault: SecretStore.kubernetes(),
}

const standard: DaprStackProps<AnyStack> = {
  stack: orders,
  backends,
  apps: { shop: small, billing: small, stock: small },
  image: 'registry/orders:1.2.3',
  command: (app) => ['run', app],
}

/** The objects of the orders stack in the namespace `market`. */
export const ordersObjects = (change: Partial<DaprStackProps<AnyStack>> = {}): Manifest[] => {
  const chart = new Chart(new App(), 'orders', { namespace: 'market', disableResourceNameHashes: true })
  new DaprStack(chart, 'orders', { ...standard, ...change })
  return Testing.synth(chart) as Manifest[]
}
