import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

import { CoreV1Api, type Informer, KubeConfig, type KubernetesObject, makeInformer, NetworkingV1Api, type ObjectCache } from '@kubernetes/client-node'

import { ruleset } from './ruleset.ts'

// Runs inside the network namespace of the cluster: node main.ts KUBECONFIG
const config = new KubeConfig()
config.loadFromFile(process.argv[2] ?? '')
const core = config.makeApiClient(CoreV1Api)
const networking = config.makeApiClient(NetworkingV1Api)

const [settleMs, retryMs] = [30, 500]

let present = ''
let due = false

const enforce = async (): Promise<void> => {
  if (due) return
  due = true
  await sleep(settleMs)
  due = false
  try {
    const rules = ruleset({ pods: pods.list(), namespaces: namespaces.list(), policies: policies.list() })
    if (rules === present) return
    execFileSync('nft', ['-f', '-'], { input: rules })
    present = rules
    console.log(`${new Date().toISOString()} ${rules.match(/chain (in|e)gress-/g)?.length ?? 0} chains of pods`)
  } catch (error) {
    console.error(error)
    await sleep(retryMs)
    void enforce()
  }
}

const watched = <T extends KubernetesObject>(path: string, list: () => Promise<{ metadata?: object; items: T[] }>): Informer<T> & ObjectCache<T> => {
  const informer = makeInformer(config, path, list)
  for (const event of ['add', 'update', 'delete'] as const) informer.on(event, () => { void enforce() })
  informer.on('error', (error: unknown) => {
    console.error(error)
    setTimeout(() => void informer.start(), retryMs)
  })
  return informer
}

const pods = watched('/api/v1/pods', () => core.listPodForAllNamespaces())
const namespaces = watched('/api/v1/namespaces', () => core.listNamespace())
const policies = watched('/apis/networking.k8s.io/v1/networkpolicies', () => networking.listNetworkPolicyForAllNamespaces())
await Promise.all([pods, namespaces, policies].map((informer) => informer.start()))
await enforce()
console.log('network policies are enforced')
