import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { AnyObject } from '../../../cli/kube/index.ts'
import { kafkaAddress } from '../../../infra/constructs/index.ts'
import { kafkaTool } from '../../../infra/constructs/kafka-program.ts'
import { containerSecurity, podSecurity } from '../../../infra/constructs/security.ts'
import { images } from '../../../infra/images.ts'
import { createRecord, type Recorder, topic } from '../recorder.ts'

const name = 'fault-recorder'

/** A pod that prints what lies in the topic, from its beginning, by Kafka's own console consumer. It is no app of the stack. */
export const recorderPod = (namespace: string, server: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: {
    restartPolicy: 'Never', // a second life would print all again
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity,
    containers: [
      {
        name,
        image: images.kafka,
        imagePullPolicy: 'IfNotPresent',
        command: kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', kafkaAddress(server), '--topic', topic, '--from-beginning'),
        securityContext: containerSecurity,
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  },
})

// `<time> <stream> <F or P> <text>`, as container runtimes write it; a line of the text that is whole has an F.
const logLine = /^(\S+) stdout F (.*)$/
const pollMs = 300

/** Reads what the pod printed, out of the kubelet's log of it; `at` is when the pod printed it. */
export const recordClusterKafka = (podLogs: string, namespace: string): Recorder => {
  const { events, strange, add } = createRecord()
  let offset = 0
  const take = (text: string): void => {
    for (const line of text.split('\n').slice(0, -1)) {
      const [, time, content] = logLine.exec(line) ?? []
      if (time === undefined || content === undefined) strange.push(line)
      else add(content, Date.parse(time))
    }
  }
  const read = async (): Promise<void> => {
    const pod = (await readdir(podLogs)).find((folder) => folder.startsWith(`${namespace}_${name}_`))
    if (pod === undefined) return
    const file = await open(join(podLogs, pod, name, '0.log'))
    try {
      // Whole lines only: the last one may still be under way.
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(1 << 20), position: offset })
      const whole = buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf(10) + 1)
      offset += whole.length
      take(whole.toString('utf8'))
    } finally {
      await file.close()
    }
  }
  const stopping = new AbortController()
  const work = (async () => {
    while (!stopping.signal.aborted) {
      await read().catch(() => undefined) // the pod has not printed yet
      await sleep(pollMs)
    }
  })()
  return {
    events,
    strange,
    stop: () => {
      stopping.abort()
      return work
    },
  }
}
