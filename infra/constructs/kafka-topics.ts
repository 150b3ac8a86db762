import { k8s } from 'cdk8s-plus-29'
import { Construct } from 'constructs'

import { contentDigest } from './content-digest.ts'
import { kafkaTool, tmpMount, tmpVolume } from './kafka-program.ts'
import { labelsOf } from './labels.ts'
import { containerSecurity, podSecurity } from './security.ts'

export interface KafkaTopicsProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Name of the server the topics are created on. */
  readonly name: string
  /** `host:port` of that server. */
  readonly bootstrap: string
  readonly image: string
  readonly topics: readonly string[]
  readonly partitions: number
}

/**
 * A Job that creates the topics that are not there yet. A Job cannot be changed once it is there, so its name follows from what
 * it does: other topics are another Job.
 */
export class KafkaTopics extends Construct {
  constructor(scope: Construct, id: string, props: KafkaTopicsProps) {
    super(scope, id)
    const digest = contentDigest([props.topics, props.partitions, props.image]).slice(0, 8)
    const name = `${props.name}-topics-${digest}`
    new k8s.KubeJob(this, 'Resource', {
      metadata: { name, labels: labelsOf(props.stack, name) },
      spec: {
        // The broker may take a while to come up, and to pull its image.
        backoffLimit: 20,
        template: { metadata: { labels: labelsOf(props.stack, name) }, spec: podSpec(props) },
      },
    })
  }
}

const podSpec = ({ topics, ...props }: KafkaTopicsProps): k8s.PodSpec => ({
  restartPolicy: 'OnFailure',
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: podSecurity,
  // One after the other; the pod is done when the last is.
  initContainers: topics.slice(0, -1).map((topic, index) => container(props, topic, index)),
  containers: topics.slice(-1).map((topic) => container(props, topic, topics.length - 1)),
  volumes: [tmpVolume],
})

const container = ({ image, bootstrap, partitions }: Omit<KafkaTopicsProps, 'topics'>, topic: string, index: number): k8s.Container => ({
  name: `topic-${index}`,
  image,
  imagePullPolicy: 'IfNotPresent',
  command: kafkaTool(
    'org.apache.kafka.tools.TopicCommand',
    ...['--bootstrap-server', bootstrap, '--create', '--if-not-exists'],
    ...['--topic', topic, '--partitions', String(partitions), '--replication-factor', '1'],
  ),
  resources: {
    requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('256Mi') },
    limits: { cpu: k8s.Quantity.fromString('1'), memory: k8s.Quantity.fromString('512Mi') },
  },
  securityContext: containerSecurity,
  volumeMounts: [tmpMount],
})
