import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Host } from '../faults/host.ts'
import type { Broker } from '../faults/manifests.ts'
import { portsOfScheduler, startScheduler } from '../faults/scheduler.ts'
import { freePorts } from '../sidecar/rig/free-ports.ts'
import { type Generator, startGenerator } from './generator.ts'
import { startSubject, type Subject } from './subject.ts'
import { service } from './variants.ts'

export interface OneService {
  readonly generator: Generator
  readonly subject: Subject
}

/** Starts the service with all that it needs, does the work, and takes everything down. */
export const withService = async <T>(host: Host, broker: Broker, program: string | undefined, work: (parts: OneService) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(host.temporary, 'dapr-stack-bench-'))
  const schedulerPorts = await freePorts(portsOfScheduler)
  const scheduler = await startScheduler(host, folder, schedulerPorts)
  const generator = startGenerator(host)
  let subject: Subject | undefined
  try {
    subject = await startSubject({ ...service, ...(program !== undefined && { program }) }, { host, folder, broker, replicas: 1, schedulerPort: schedulerPorts[0] ?? 0 })
    return await work({ generator, subject })
  } finally {
    generator.stop()
    await Promise.all([scheduler.takeDown('SIGKILL'), subject?.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}
