import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import type { SecretKey } from './backend.ts'
import { dataMount, dataVolumeClaim } from './data-volume.ts'
import { selectorOf, workloadLabels } from './labels.ts'
import { requirements } from './resources.ts'
import { containerSecurity, podSecurity } from './security.ts'
import { ServerGuard, serverPod, type ServerSettings } from './server-guard.ts'

export interface RedisServerProps extends ServerSettings {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Name of the StatefulSet and the Service: what clients put into `redisHost`. */
  readonly name: string
  /** Image reference, with a tag. */
  readonly image: string
  /** Size of the volume, a Kubernetes quantity such as `1Gi`. */
  readonly storage: string
  /**
   * The password that clients must give, by reference.
   * @default - none: whoever reaches the port may use it
   */
  readonly password?: SecretKey
}

/** Port of every Redis server of the stack. */
export const redisPort = 6379

/** `host:port` at which pods of the same namespace reach the server called `name`. */
export const redisAddress = (name: string): string => `${name}:${redisPort}`

/**
 * A single Redis on a volume, for environments that bring their own broker and store. Every write is on disk before it is
 * answered (`appendfsync always`): what the services acknowledge survives the server.
 */
export class RedisServer extends Construct {
  constructor(scope: Construct, id: string, props: RedisServerProps) {
    super(scope, id)
    const metadata = { name: props.name, labels: workloadLabels(props.stack, props.name) }
    new ServerGuard(this, 'Guard', { ...props, port: redisPort })
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        // With an IP of its own: a client that dials the address of a pod that is gone would wait for its whole time-out.
        type: 'ClusterIP',
        selector: selectorOf(props.name),
        ports: [{ name: 'redis', port: redisPort, targetPort: k8s.IntOrString.fromString('redis') }],
      },
    })
    new k8s.KubeStatefulSet(this, 'Resource', {
      metadata,
      spec: {
        serviceName: props.name,
        replicas: 1,
        selector: { matchLabels: selectorOf(props.name) },
        template: {
          metadata: { labels: metadata.labels },
          spec: {
            ...serverPod(props),
            securityContext: { ...podSecurity, fsGroup: podSecurity.runAsGroup },
            containers: [container(props)],
          },
        },
        volumeClaimTemplates: [dataVolumeClaim(props.storage)],
      },
    })
  }
}

/** The variable from which `redis-cli` takes its password, in probes too. */
const passwordVariable = 'REDISCLI_AUTH'

const passwordEnv = ({ secret, key }: SecretKey): k8s.EnvVar => ({ name: passwordVariable, valueFrom: { secretKeyRef: { name: secret, key } } })

const container = ({ image, password }: RedisServerProps): k8s.Container => ({
  name: 'redis',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['redis-server'],
  args: ['--dir', dataMount.mountPath, '--appendonly', 'yes', '--appendfsync', 'always', '--save', '', ...(password ? ['--requirepass', `$(${passwordVariable})`] : [])],
  ...(password && { env: [passwordEnv(password)] }),
  ports: [{ name: 'redis', containerPort: redisPort }],
  readinessProbe: { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 2 },
  livenessProbe: { exec: { command: ['redis-cli', 'ping'] }, initialDelaySeconds: 10, periodSeconds: 30 },
  resources: requirements({ requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } }),
  securityContext: containerSecurity,
  volumeMounts: [dataMount],
})
