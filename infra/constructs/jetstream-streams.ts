import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { contentDigest } from './content-digest.ts'
import { natsPort } from './jetstream-config.ts'
import { jetStreamFiles } from './jetstream-files.ts'
import { answers } from './jetstream-setup.ts'
import { labelsOf, workloadLabels } from './labels.ts'
import { requirements } from './resources.ts'
import { containerSecurity, podSecurity } from './security.ts'

export interface JetStreamStreamsProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Name of the server, and of the ConfigMap with what is said to it. */
  readonly name: string
  /** What the Job's pods are selected by, whichever streams it makes. */
  readonly job: string
  /** The server's image, whose shell and `nc` say it. */
  readonly image: string
  /** What is said; see `jetStreamSetup`. */
  readonly setup: string
}

const setupMount = { name: 'setup', mountPath: '/etc/jetstream' } satisfies k8s.VolumeMount
const tmpMount = { name: 'tmp', mountPath: '/tmp' } satisfies k8s.VolumeMount

/**
 * A Job that makes the streams, and changes those that are there. A Job cannot be changed once it is there, so its name follows from
 * what it does: other topics are another Job.
 */
export class JetStreamStreams extends Construct {
  constructor(scope: Construct, id: string, { stack, name, job, image, setup }: JetStreamStreamsProps) {
    super(scope, id)
    const template = { metadata: { labels: workloadLabels(stack, job) }, spec: podSpec(name, image) }
    const jobName = `${job}-${contentDigest([setup, template]).slice(0, 8)}`
    new k8s.KubeJob(this, 'Resource', {
      metadata: { name: jobName, labels: labelsOf(stack, jobName) },
      spec: {
        // The server may take a while to come up, and to pull its image.
        backoffLimit: 20,
        template,
      },
    })
  }
}

// Said once it makes the streams, said again it finds them. The pause is for the answers to arrive. What stays wrong fails the pod.
const script = (server: string): string => {
  const file = `${setupMount.mountPath}/${jetStreamFiles.setup}`
  return [
    `asked=$(grep -c '^PUB .* ${answers} ' ${file})`,
    'for try in 1 2 3 4 5; do',
    `  { sed 's/$/\\r/' ${file}; sleep 1; } | nc -w 5 ${server} ${natsPort} > /tmp/answers`,
    `  done=$(grep '^{' /tmp/answers | grep -vc '"error":{')`,
    '  echo "$done of $asked streams and consumers are there"',
    '  [ "$done" -ne "$asked" ] || exit 0',
    'done',
    'cat /tmp/answers',
    'exit 1',
  ].join('\n')
}

const podSpec = (server: string, image: string): k8s.PodSpec => ({
  restartPolicy: 'OnFailure',
  automountServiceAccountToken: false,
  securityContext: podSecurity,
  containers: [container(server, image)],
  volumes: [{ name: setupMount.name, configMap: { name: server } }, { name: tmpMount.name, emptyDir: { sizeLimit: k8s.Quantity.fromString('16Mi') } }],
})

const container = (server: string, image: string): k8s.Container => ({
  name: 'streams',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', script(server)],
  resources: requirements({ requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '32Mi' } }),
  securityContext: containerSecurity,
  volumeMounts: [setupMount, tmpMount],
})
