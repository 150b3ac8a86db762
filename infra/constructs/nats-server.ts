import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { contentDigest } from './content-digest.ts'
import { dataMount, dataVolumeClaim } from './data-volume.ts'
import { JetStreamConfig, type JetStreamConfigProps, natsPort } from './jetstream-config.ts'
import { jetStreamFiles } from './jetstream-files.ts'
import { JetStreamStreams } from './jetstream-streams.ts'
import { selectorOf, workloadLabels } from './labels.ts'
import { requirements } from './resources.ts'
import { containerSecurity, podSecurity } from './security.ts'
import { ServerGuard, serverPod, type ServerSettings } from './server-guard.ts'

export interface NatsServerProps extends JetStreamConfigProps, ServerSettings {
  /** Image reference, with a tag. */
  readonly image: string
  /** Size of the volume, a Kubernetes quantity such as `1Gi`. */
  readonly storage: string
}

const configMount = { name: 'config', mountPath: '/etc/nats-server' } satisfies k8s.VolumeMount

/** A single NATS server with JetStream on a volume, with its streams, for environments that bring their own broker. */
export class NatsServer extends Construct {
  constructor(scope: Construct, id: string, props: NatsServerProps) {
    super(scope, id)
    const { data } = new JetStreamConfig(this, 'Config', props)
    const metadata = { name: props.name, labels: workloadLabels(props.stack, props.name) }
    const selector = selectorOf(props.name)
    const job = `${props.name}-streams`
    new ServerGuard(this, 'Guard', { ...props, port: natsPort, job })
    new k8s.KubeService(this, 'Service', {
      metadata,
      // With an IP of its own: a client that dials the address of a pod that is gone would wait for its whole time-out.
      spec: { type: 'ClusterIP', selector, ports: [{ name: 'nats', port: natsPort, targetPort: k8s.IntOrString.fromString('nats') }] },
    })
    new k8s.KubeStatefulSet(this, 'Resource', {
      metadata,
      spec: {
        serviceName: props.name,
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          // The server reads its settings when it starts: others are another pod.
          metadata: { labels: metadata.labels, annotations: { 'dapr-stack/config-digest': contentDigest(data[jetStreamFiles.server]) } },
          spec: {
            ...serverPod(props),
            securityContext: { ...podSecurity, fsGroup: podSecurity.runAsGroup },
            containers: [container(props)],
            volumes: [{ name: configMount.name, configMap: { name: props.name } }],
          },
        },
        volumeClaimTemplates: [dataVolumeClaim(props.storage)],
      },
    })
    new JetStreamStreams(this, 'Streams', { ...props, job, setup: data[jetStreamFiles.setup] ?? '' })
  }
}

const container = ({ image }: NatsServerProps): k8s.Container => ({
  name: 'nats',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['nats-server', '--config', `${configMount.mountPath}/${jetStreamFiles.server}`, '--store_dir', dataMount.mountPath],
  ports: [{ name: 'nats', containerPort: natsPort }],
  readinessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(natsPort) }, periodSeconds: 2 },
  livenessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(natsPort) }, initialDelaySeconds: 10, periodSeconds: 30 },
  resources: requirements({ requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } }),
  securityContext: containerSecurity,
  volumeMounts: [dataMount, configMount],
})
