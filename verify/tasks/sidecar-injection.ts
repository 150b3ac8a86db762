import { z } from 'zod'

import { type Criterion, type Deployed, ensure, explained, logLines, sidecarContainer } from '../../cli/verify/index.ts'

const DeploymentShape = z.object({
  spec: z.object({ template: z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }) }) }),
})

const annotations = async ({ graph, cluster }: Deployed): Promise<string[]> => {
  const seen: string[] = []
  for (const { id, port } of graph.apps) {
    const deployment = await cluster.objects.find('apps/v1', 'Deployment', cluster.namespace, id)
    ensure(deployment !== undefined, `there is no Deployment ${id} in ${cluster.namespace}; apply dist/`)
    const found = DeploymentShape.parse(deployment).spec.template.metadata.annotations
    const wanted = { 'dapr.io/enabled': 'true', 'dapr.io/app-id': id, 'dapr.io/app-port': String(port) }
    for (const [name, value] of Object.entries(wanted)) {
      ensure(found[name] === value, `Deployment ${id}: its pod template has ${name}=${found[name] ?? 'nothing'} where ${value} is needed`)
    }
    seen.push(`Deployment ${id}: ${Object.entries(wanted).map(([name, value]) => `${name}=${value}`).join(' ')}`)
  }
  return seen
}

const readiness = async ({ graph, cluster, replicas }: Deployed): Promise<string[]> => {
  const seen: string[] = []
  for (const { id } of graph.apps) {
    const pods = await cluster.pods(id)
    ensure(pods.length === replicas[id], `${id} has ${pods.length} pod(s) where ${replicas[id] ?? 0} are needed`)
    for (const { name, ready, allReady, containers } of pods) {
      const states = containers.map((container) => `${container.name} ${container.state}`).join(', ')
      ensure(containers.some((container) => container.name === sidecarContainer), `pod ${name} has no container ${sidecarContainer}: no sidecar was injected (${ready}: ${states})`)
      ensure(allReady, `pod ${name} is ${ready}: ${states}`)
      seen.push(`pod ${name} ${ready}: ${states}`)
    }
  }
  return seen
}

const initialized = 'dapr initialized'

const sidecarLogs = async (deployed: Deployed): Promise<string[]> => {
  const seen: string[] = []
  for (const { id } of deployed.graph.apps) {
    const pods = await deployed.cluster.pods(id)
    const lines = await logLines(deployed, id, sidecarContainer, initialized)
    ensure(lines.length >= pods.length, `${lines.length} of ${pods.length} sidecars of ${id} logged "${initialized}"`)
    seen.push(...lines.map((line) => `${id}: ${line}`))
  }
  return seen
}

export const sidecarInjection = (deployed: Deployed): Criterion => ({
  id: 'SC-1',
  title: 'Sidecar Injection',
  lines: [
    { title: 'Deployment includes Dapr annotations', check: () => annotations(deployed) },
    { title: 'Pods show 2/2 READY', check: () => explained(deployed, () => readiness(deployed)) },
    { title: 'Dapr sidecar logs show initialized', check: () => sidecarLogs(deployed) },
  ],
})
