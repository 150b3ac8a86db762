import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import type { BrokerTopic } from '../../config/define/index.ts'
import { contentDigest } from './content-digest.ts'
import { dataMount, dataVolumeClaim } from './data-volume.ts'
import { kafkaProgram, kafkaTool, tmpMount, tmpVolume } from './kafka-program.ts'
import { kafkaAddress, kafkaLogProperties, kafkaPort, kafkaProperties } from './kafka-properties.ts'
import { KafkaTopics } from './kafka-topics.ts'
import { selectorOf, workloadLabels } from './labels.ts'
import { addressIn, namespaceOf } from './namespace-of.ts'
import { requirements } from './resources.ts'
import { containerSecurity, podSecurity } from './security.ts'
import { ServerGuard, serverPod, type ServerSettings } from './server-guard.ts'

export interface KafkaServerProps extends ServerSettings {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Name of the StatefulSet and the Service: the host in `brokers`. */
  readonly name: string
  /** Image reference, with a tag. */
  readonly image: string
  /** Size of the volume, a Kubernetes quantity such as `1Gi`. */
  readonly storage: string
  /** Topics that a Job creates; the broker creates none by itself, so that a wrong name shows. */
  readonly topics: readonly BrokerTopic[]
}

const configMount = { name: 'config', mountPath: '/etc/kafka-server' } satisfies k8s.VolumeMount
const files = { server: 'server.properties', log: 'log4j2.properties' } as const
const pathOf = (file: keyof typeof files): string => `${configMount.mountPath}/${files[file]}`

/** A single Kafka in KRaft mode on a volume, with its topics, for environments that bring their own broker. */
export class KafkaServer extends Construct {
  constructor(scope: Construct, id: string, props: KafkaServerProps) {
    super(scope, id)
    const metadata = { name: props.name, labels: workloadLabels(props.stack, props.name) }
    const selector = selectorOf(props.name)
    const data = { [files.server]: kafkaProperties(addressIn(namespaceOf(this), kafkaAddress(props.name)), dataMount.mountPath), [files.log]: kafkaLogProperties }
    const job = `${props.name}-topics`
    new ServerGuard(this, 'Guard', { ...props, port: kafkaPort, job })
    new k8s.KubeConfigMap(this, 'Config', { metadata, data })
    new k8s.KubeService(this, 'Service', {
      metadata,
      // With an IP of its own: a client that dials the address of a pod that is gone would wait for its whole time-out.
      spec: { type: 'ClusterIP', selector, ports: [{ name: 'kafka', port: kafkaPort, targetPort: k8s.IntOrString.fromString('kafka') }] },
    })
    new k8s.KubeStatefulSet(this, 'Resource', {
      metadata,
      spec: {
        serviceName: props.name,
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          // Kafka reads its settings when it starts: others are another pod.
          metadata: { labels: metadata.labels, annotations: { 'dapr-stack/config-digest': contentDigest(data) } },
          spec: podSpec(props),
        },
        volumeClaimTemplates: [dataVolumeClaim(props.storage)],
      },
    })
    new KafkaTopics(this, 'Topics', { ...props, job, bootstrap: kafkaAddress(props.name), brokers })
  }
}

/** A single node: the most copies that there can be of an event. */
const brokers = 1

// Any cluster id will do, as long as it stays the same on one volume.
const clusterId = 'ZGFwci1zdGFjay1rYWZrYQ'

const podSpec = (props: KafkaServerProps): k8s.PodSpec => ({
  ...serverPod(props),
  // Variables like KAFKA_PORT, made of Service names, would be taken for settings by the official image.
  enableServiceLinks: false,
  securityContext: { ...podSecurity, fsGroup: podSecurity.runAsGroup },
  initContainers: [
    {
      ...shared(props.image),
      name: 'format',
      command: kafkaTool('kafka.tools.StorageTool', 'format', '--ignore-formatted', '--cluster-id', clusterId, '--config', pathOf('server')),
    },
  ],
  containers: [
    {
      ...shared(props.image),
      name: 'kafka',
      command: kafkaProgram({
        mainClass: 'kafka.Kafka',
        args: [pathOf('server')],
        javaOptions: ['-Xmx400m', `-Dlog4j2.configurationFile=${pathOf('log')}`],
      }),
      ports: [{ name: 'kafka', containerPort: kafkaPort }],
      readinessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(kafkaPort) }, periodSeconds: 2 },
      livenessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(kafkaPort) }, initialDelaySeconds: 60, periodSeconds: 30 },
    },
  ],
  volumes: [{ name: configMount.name, configMap: { name: props.name } }, tmpVolume],
})

const shared = (image: string): Omit<k8s.Container, 'name'> => ({
  image,
  imagePullPolicy: 'IfNotPresent',
  resources: requirements({ requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } }),
  securityContext: containerSecurity,
  volumeMounts: [dataMount, configMount, tmpMount],
})
