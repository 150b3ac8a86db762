import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { images } from '../../infra/images.ts'
import { kafkaTool } from '../../infra/constructs/kafka-program.ts'
import { freshNamespace, removeNamespace } from './deployment.ts'
import { type Patient, patientIn } from './doctor/patient.ts'

/** Redis makes a topic when it is first used; Kafka has those that somebody made. */
describe('stack doctor, with a shop on Kafka', () => {
  let patient: Patient

  beforeAll(async () => {
    patient = await patientIn(freshNamespace(), process.env['STACK_IMAGE'] ?? images.app, 'kafka')
    await eventually(async () => { expect(await patient.cluster.pods('kafka')).toMatchObject([{ allReady: true }]) }, { seconds: 120 })
  }, 180_000)
  afterAll(async () => { await removeNamespace(patient.cluster) }, 180_000)

  it('names the topics that are missing, and nothing once they are made', async () => {
    const { findings } = await patient.untilFound('topic-missing Component/bus')
    expect(findings).toMatchObject([{ what: 'its broker has no topic orders, orders-dead-letter' }])
    const [pod] = await patient.cluster.pods('kafka')
    for (const topic of ['orders', 'orders-dead-letter']) {
      await patient.cluster.exec(pod?.name ?? '', 'kafka', kafkaTool('org.apache.kafka.tools.TopicCommand', '--bootstrap-server', 'kafka:9092', '--create', '--topic', topic))
    }
    await patient.untilFound()
  }, 240_000)
})
