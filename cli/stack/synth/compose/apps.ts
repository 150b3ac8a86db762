import { drainVariable } from '../../../../config/define/index.ts'
import { images } from '../../../../infra/images.ts'
import type { KubeObject } from '../../../kube/port.ts'
import type { AppDescription } from '../../../local/app-plan.ts'
import { configurationPath, resourcesFolder, secretsFile, type SelfHosted } from '../self-hosted.ts'
import { podTemplate, type Service, serviceOf } from './container.ts'
import type { Servers } from './servers.ts'

/** Where the sidecars' containers have the files. */
const inside = { resources: '/resources', configuration: '/configuration.yaml', secrets: `/${secretsFile}` } as const

/** Path of the secrets file in a sidecar's container. */
export const secretsInside = inside.secrets

const scheduler = { name: 'scheduler', port: 50006, volume: 'scheduler-data', mount: '/data' } as const
const schedulerAddress = `${scheduler.name}:${scheduler.port}`

export const sidecarName = (app: string): string => `${app}-daprd`

const appService = ({ id, port }: AppDescription, deployment: KubeObject): Service => {
  const template = podTemplate(deployment)
  // Nobody is routed to it, so there is nobody to wait for when it ends.
  const env = [...template.main.env, { name: drainVariable, value: '0' }]
  return { ...serviceOf(id, { ...template.main, env }, template), ports: [`127.0.0.1:${port}:${port}`], restart: 'unless-stopped' }
}

const sidecarService = ({ id, port, health }: AppDescription, { readsSecrets, hasJobs }: SelfHosted, { conditions }: Servers): Service => {
  const flags = {
    'app-id': id,
    'app-port': port,
    'resources-path': inside.resources,
    config: inside.configuration,
    ...(hasJobs && { 'scheduler-host-address': schedulerAddress }),
    ...health,
  }
  const secrets = readsSecrets ? [`\${STACK_SECRETS:-./${secretsFile}}:${inside.secrets}:ro`] : []
  return {
    image: images.daprd,
    command: ['./daprd', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
    network_mode: `service:${id}`,
    volumes: [`./${resourcesFolder}:${inside.resources}:ro`, `./${configurationPath(id)}:${inside.configuration}:ro`, ...secrets],
    depends_on: {
      // A container that is made anew has another network.
      [id]: { condition: 'service_started', restart: true },
      ...(hasJobs && { [scheduler.name]: { condition: 'service_started' } }),
      ...conditions,
    },
    restart: 'unless-stopped',
  }
}

const schedulerService: Service = {
  image: images.scheduler,
  command: ['./scheduler', `--port=${scheduler.port}`, `--etcd-data-dir=${scheduler.mount}`, `--override-broadcast-host-port=${schedulerAddress}`],
  user: '0:0', // a new volume belongs to root
  volumes: [`${scheduler.volume}:${scheduler.mount}`],
  restart: 'unless-stopped',
}

/** Each app with its sidecar, and the scheduler where an app has jobs. Pure. */
export const appServices = (stack: SelfHosted, servers: Servers, objects: readonly KubeObject[]): { readonly services: Readonly<Record<string, Service>>; readonly volumes: readonly string[] } => {
  const deployments = objects.filter(({ kind }) => kind === 'Deployment')
  const services = stack.apps.flatMap((app, index): [string, Service][] => {
    const deployment = deployments[index]
    return deployment ? [[app.id, appService(app, deployment)], [sidecarName(app.id), sidecarService(app, stack, servers)]] : []
  })
  return { services: { ...Object.fromEntries(services), ...(stack.hasJobs && { [scheduler.name]: schedulerService }) }, volumes: stack.hasJobs ? [scheduler.volume] : [] }
}
