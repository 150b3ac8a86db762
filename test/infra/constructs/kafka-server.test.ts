import { describe, expect, test } from '@jest/globals'
import { App, Chart, Testing } from 'cdk8s'

import { type BrokerTopic, defaultTopicSettings, type TopicSettings } from '../../../config/define/index.ts'
import { kafkaAddress, KafkaServer, type KafkaServerProps } from '../../../infra/constructs/index.ts'
import { find, type Manifest, namesOf, podOf } from '../manifest.ts'

const topic = (name: string, settings: TopicSettings = defaultTopicSettings): BrokerTopic => ({ name, settings, subscribers: [] })
const props = { stack: 'orders', name: 'broker', image: 'kafka:4.1.0', storage: '2Gi', topics: [topic('orders'), topic('refunds', { partitions: 6, replication: 1, retentionHours: 24 })] }
const server = (changes: Partial<KafkaServerProps> = {}): Manifest[] => {
  const chart = new Chart(new App(), 'servers', { disableResourceNameHashes: true })
  new KafkaServer(chart, 'broker', { ...props, ...changes })
  return Testing.synth(chart) as Manifest[]
}

interface Container {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly securityContext: unknown
}
type Pod = { readonly initContainers: readonly Container[]; readonly containers: readonly Container[] }

const objects = server()
const workload = find(objects, 'StatefulSet', 'broker')
const jobOf = (manifests: readonly Manifest[]): Manifest => find(manifests, 'Job', namesOf(manifests, 'Job').join())
const containersOf = (owner: Manifest): readonly Container[] => {
  const { initContainers, containers } = podOf(owner).spec as unknown as Pod
  return [...initContainers, ...containers]
}
const filesOf = (manifests: readonly Manifest[]) => (find(manifests, 'ConfigMap', 'broker') as unknown as { readonly data: Readonly<Record<string, string>> }).data
const settings = filesOf(objects)['server.properties']?.split('\n')

describe('the server', () => {
  test('is one node that is broker and controller, reached under its name', () => {
    expect(settings).toEqual(expect.arrayContaining(['process.roles=broker,controller', 'advertised.listeners=CLIENT://broker.default:9092']))
    expect(kafkaAddress('broker')).toBe('broker:9092')
    expect(workload.spec).toMatchObject({ replicas: 1 })
  })

  test('has an address that stays the same when its pod is another', () => {
    expect(find(objects, 'Service', 'broker').spec).toMatchObject({ type: 'ClusterIP', selector: { app: 'broker' }, ports: [{ port: 9092 }] })
    expect(find(objects, 'Service', 'broker').spec).not.toHaveProperty('clusterIP')
  })

  test('makes no topic by itself, so that a wrong name shows', () => {
    expect(settings).toContain('auto.create.topics.enable=false')
  })

  test('writes each event to a volume that outlives the pod before it answers', () => {
    expect(settings).toEqual(expect.arrayContaining(['log.dirs=/data/kafka', 'log.flush.interval.messages=1']))
    expect(workload.spec).toMatchObject({
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } }],
    })
    expect(podOf(workload).spec.securityContext).toMatchObject({ runAsUser: 10_001, fsGroup: 10_001 })
  })

  test('formats a new volume, and leaves one with data as it is', () => {
    const [format, kafka] = containersOf(workload)
    expect(format?.command).toEqual(expect.arrayContaining(['kafka.tools.StorageTool', 'format', '--ignore-formatted']))
    expect(kafka?.command.slice(-2)).toEqual(['kafka.Kafka', '/etc/kafka-server/server.properties'])
  })

  test('logs as its own settings say, for the image may have none', () => {
    expect(containersOf(workload)[1]?.command).toContain('-Dlog4j2.configurationFile=/etc/kafka-server/log4j2.properties')
    expect(filesOf(objects)['log4j2.properties']).toContain('rootLogger.level=WARN\n')
  })

  test('is another pod when its settings are others', () => {
    const digestOf = (manifests: readonly Manifest[]) => podOf(find(manifests, 'StatefulSet', namesOf(manifests, 'StatefulSet').join())).metadata.annotations?.['dapr-stack/config-digest']
    expect(digestOf(objects)).toMatch(/^[0-9a-f]{16}$/)
    expect(digestOf(server({ topics: [] }))).toBe(digestOf(objects))
    expect(digestOf(server({ name: 'other' }))).not.toBe(digestOf(objects))
  })
})

describe('the job of the topics', () => {
  const job = jobOf(objects)

  test('creates each topic that is not there yet', () => {
    const commands = containersOf(job).map(({ command }) => command.slice(command.indexOf('org.apache.kafka.tools.TopicCommand') + 1).join(' '))
    const create = (name: string, partitions: number, retention: number) =>
      `--bootstrap-server broker:9092 --create --if-not-exists --partitions ${partitions} --replication-factor 1 --config retention.ms=${retention} --topic ${name}`
    expect(commands).toEqual([create('orders', 3, 604_800_000), create('refunds', 6, 86_400_000)])
  })

  test('gives a topic that is there more partitions, never fewer, and its retention', () => {
    const command = containersOf(job)[0]?.command ?? []
    expect(command.slice(0, 2)).toEqual(['sh', '-c'])
    expect(command[2]).toMatch(/\ncase \$created in Created\*\) exit ;; esac\n/)
    expect(command[2]).toMatch(/\n\[ "\$there" -ge 3 \] \|\| .*'--alter' '--partitions' '3' '--topic' 'orders'\n/)
    expect(command[2]).toMatch(/'kafka\.admin\.ConfigCommand' .*'--entity-name' 'orders' '--add-config' 'retention\.ms=604800000'$/)
  })

  test('has a name that follows from what it does, for a Job that is there cannot be changed', () => {
    expect(job.metadata.name).toMatch(/^broker-topics-[0-9a-f]{8}$/)
    expect(jobOf(server()).metadata.name).toBe(job.metadata.name)
    for (const changes of [{ topics: [topic('orders')] }, { topics: [topic('orders'), topic('refunds')] }, { image: 'kafka:4.1.1' }]) {
      expect(jobOf(server(changes)).metadata.name).not.toBe(job.metadata.name)
    }
  })
})

test.each([...containersOf(workload), ...containersOf(jobOf(objects))].map((container) => [container.name, container] as const))(
  'the container %s runs Java as the image has it, without rights and without its scripts',
  (_name, { image, command, securityContext }) => {
    expect(image).toBe('kafka:4.1.0')
    expect(command).toContain('java')
    expect(command.join(' ')).toContain(' -cp /opt/kafka/libs/* ')
    expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  },
)

test.each([workload, jobOf(objects)])('the pods of $kind have no token and no variables made of Service names', (owner) => {
  expect(podOf(owner).spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
})
