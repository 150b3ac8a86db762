import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Host } from '../test/faults/host.ts'
import { portsOfScheduler, startScheduler } from '../test/faults/scheduler.ts'
import { freePorts } from '../test/sidecar/rig/free-ports.ts'
import { type Generator, startGenerator } from './generator.ts'
import { startSubject, type Subject, type SubjectOptions, type SubjectSpec } from './subject.ts'
import { service } from './variants.ts'

export interface Rig {
  readonly generator: Generator
  readonly subjects: readonly Subject[]
}

export interface RigOptions<T> extends Pick<SubjectOptions, 'broker' | 'replicas'> {
  readonly specs: readonly SubjectSpec[]
  /** Where not, or where the work throws, the logs are kept. */
  readonly isGood: (result: T) => boolean
}

/** Starts subjects with all that they need, and a load generator, does the work, and takes everything down. */
export const withRig = async <T>(host: Host, { specs, broker, replicas, isGood }: RigOptions<T>, work: (rig: Rig) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(host.temporary, 'dapr-stack-bench-'))
  const schedulerPorts = await freePorts(portsOfScheduler)
  const scheduler = await startScheduler(host, folder, schedulerPorts)
  const generator = startGenerator(host)
  const subjects: Subject[] = []
  let failed = true
  try {
    for (const spec of specs) subjects.push(await startSubject(spec, { host, folder, broker, replicas, schedulerPort: schedulerPorts[0] ?? 0 }))
    const result = await work({ generator, subjects })
    failed = !isGood(result)
    return result
  } finally {
    generator.stop()
    await Promise.all([scheduler.takeDown('SIGKILL'), ...subjects.map((subject) => subject.stop())])
    if (failed) host.print(`Requests failed; the logs are in ${folder}`)
    else await rm(folder, { recursive: true, force: true })
  }
}

export interface OneService<T> extends Pick<RigOptions<T>, 'broker' | 'isGood'> {
  /** Default: the built service. */
  readonly program?: string | undefined
}

/** The same with one replica of the service. */
export const withService = <T>(host: Host, { program = service.program, ...options }: OneService<T>, work: (generator: Generator, subject: Subject) => Promise<T>): Promise<T> =>
  withRig(host, { ...options, replicas: 1, specs: [{ ...service, program }] }, ({ generator, subjects }) => work(generator, subjects[0] as Subject)) // one for each spec
