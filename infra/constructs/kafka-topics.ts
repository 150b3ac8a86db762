import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import type { BrokerTopic } from '../../config/define/index.ts'
import { contentDigest } from './content-digest.ts'
import { kafkaTool, tmpMount, tmpVolume } from './kafka-program.ts'
import { labelsOf, workloadLabels } from './labels.ts'
import { requirements } from './resources.ts'
import { containerSecurity, podSecurity } from './security.ts'

export interface KafkaTopicsProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** What the Job's pods are selected by, whichever topics it creates. */
  readonly job: string
  /** `host:port` of that server. */
  readonly bootstrap: string
  readonly image: string
  readonly topics: readonly BrokerTopic[]
  /** Brokers that there are, 1 or more: the most copies of an event. */
  readonly brokers: number
}

/**
 * A Job that creates the topics that are not there yet, and gives those that are what Kafka can change: more partitions, never fewer,
 * and another retention. Copies stay as they are; moving them is an operator's work. A Job cannot be changed once it is there, so its name
 * follows from what it does: other topics are another Job.
 */
export class KafkaTopics extends Construct {
  constructor(scope: Construct, id: string, props: KafkaTopicsProps) {
    super(scope, id)
    const commands = props.topics.map((topic) => ensureTopic(props, topic))
    const template = { metadata: { labels: workloadLabels(props.stack, props.job) }, spec: podSpec(props.image, commands) }
    const name = `${props.job}-${contentDigest(template).slice(0, 8)}`
    new k8s.KubeJob(this, 'Resource', {
      metadata: { name, labels: labelsOf(props.stack, name) },
      spec: {
        // The broker may take a while to come up, and to pull its image.
        backoffLimit: 20,
        template,
      },
    })
  }
}

const hourMs = 3_600_000

const quoted = (command: readonly string[]): string => command.map((word) => `'${word}'`).join(' ')

/** Each program is a Java machine, a second of work: what is new needs one, and only what is there already is looked at. */
const ensureTopic = ({ bootstrap, brokers }: KafkaTopicsProps, { name, settings }: BrokerTopic): string[] => {
  const partitions = String(settings.partitions)
  const retention = `retention.ms=${settings.retentionHours * hourMs}`
  const topic = (...args: readonly string[]) => kafkaTool('org.apache.kafka.tools.TopicCommand', '--bootstrap-server', bootstrap, ...args, '--topic', name)
  const create = topic('--create', '--if-not-exists', '--partitions', partitions, '--replication-factor', String(Math.min(settings.replication, brokers)), '--config', retention)
  const entity = ['--bootstrap-server', bootstrap, '--alter', '--entity-type', 'topics', '--entity-name', name]
  const change = [
    'set -e',
    'created=$("$@")',
    'case $created in Created*) exit ;; esac',
    `there=$(${quoted(topic('--describe'))} | sed -n 's/.*PartitionCount: *\\([0-9]*\\).*/\\1/p')`,
    `[ "$there" -ge ${partitions} ] || ${quoted(topic('--alter', '--partitions', partitions))}`,
    quoted(kafkaTool('kafka.admin.ConfigCommand', ...entity, '--add-config', retention)),
  ].join('\n')
  return ['sh', '-c', change, 'sh', ...create]
}

const podSpec = (image: string, commands: readonly string[][]): k8s.PodSpec => {
  const containers = commands.map((command, index) => container(image, command, index))
  return {
    restartPolicy: 'OnFailure',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity,
    // One after the other; the pod is done when the last is.
    initContainers: containers.slice(0, -1),
    containers: containers.slice(-1),
    volumes: [tmpVolume],
  }
}

const container = (image: string, command: string[], index: number): k8s.Container => ({
  name: `topic-${index}`,
  image,
  imagePullPolicy: 'IfNotPresent',
  command,
  resources: requirements({ requests: { cpu: '50m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } }),
  securityContext: containerSecurity,
  volumeMounts: [tmpMount],
})
