import { recovery, type Task } from '../../../config/tasks/index.ts'
import { Problem } from '../../../service/http/index.ts'
import { KeyReused, TaskContended, TaskNotFound, TaskOfKeyRemoved, TaskStale } from '../../../service/task-api/task-errors.ts'
import { type Scenario, type Step, troubleFromMs } from './scenario.ts'
import { startTaskReplica, type TaskReplica, type Weakness } from './task-replica.ts'
import { createWorld, peace, type World } from './world.ts'

/** A request as its client knows it; `ending` is missing when no answer came. */
export interface Request {
  /** Also the correlation id of what it causes. */
  readonly name: string
  readonly kind: Step['kind']
  /** The Idempotency-Key and the body it went with. */
  readonly key?: string
  readonly title?: string
  ending?: 'done' | 'refused' | 'failed'
  endedAt?: number
  task?: Task
  version?: number
}

export interface Story {
  readonly world: World
  readonly requests: readonly Request[]
}

const slots = 2
/** How long the world stays bad after the last step. */
const afterMs = 5_000
const tasksAtFirst = 6
const restartMs = { min: 300, max: 6_000 }
/** Late writes of the last bad call may land so late; then all must be complete within the promise. */
const latestEffectMs = 40_000
const refusals = [TaskStale, TaskNotFound, TaskContended, KeyReused, TaskOfKeyRemoved]

/** Lets a scenario happen, until all that is bound to happen has. */
export const play = async ({ seed, badness, spanMs, steps, blows, brokerAwayFrom }: Scenario, weakness: Weakness = {}): Promise<Story> => {
  const world = createWorld(seed)
  const { timeline, random } = world
  const requests: Request[] = []
  const known: Task[] = []
  const versions = new Map<string, number>()
  const inFlight = new Map<TaskReplica, number>()
  const replicas: TaskReplica[] = Array.from({ length: slots }, () => startTaskReplica(world, weakness))

  const isServing = ({ life }: TaskReplica): boolean => life.alive
  /** As a Deployment does: in the place of a process that died comes another. */
  const restart = (slot: number): void => {
    timeline.at(timeline.now + random.between(restartMs.min, restartMs.max), () => { replicas[slot] = startTaskReplica(world, weakness) })
  }
  const watch = (): void => {
    for (const [slot, replica] of replicas.entries()) {
      if (replica.life.alive || inFlight.get(replica) === -1) continue
      inFlight.set(replica, -1)
      restart(slot)
    }
    timeline.at(timeline.now + 200, watch)
  }
  const replace = async (slot: number): Promise<void> => {
    const old = replicas[slot]
    if (!old?.life.alive) return
    inFlight.set(old, -1)
    replicas[slot] = startTaskReplica(world, weakness)
    await old.journal.close()
    // The process ends with what the goodbye could not do.
    old.life.kill()
  }

  const strike: Record<Scenario['blows'][number]['kind'], (slot: number) => void> = {
    kill: (slot) => replicas[slot]?.life.kill(),
    replace: (slot) => void replace(slot),
    sleep: (slot) => replicas[slot]?.life.pause(random.between(recovery.noticedMs - recovery.scanMs, recovery.noticedMs + recovery.scanMs)),
  }

  const asked = async (request: Request, work: () => Promise<{ task: Task; version: number } | undefined>): Promise<void> => {
    try {
      const answer = await work()
      Object.assign(request, { ending: 'done', endedAt: timeline.now, ...answer })
      if (answer) {
        if (!known.some(({ id }) => id === answer.task.id)) known.push(answer.task)
        versions.set(answer.task.id, Math.max(answer.version, versions.get(answer.task.id) ?? 0))
      }
    } catch (error) {
      const isRefused = refusals.some((refusal) => error instanceof refusal)
      if (!isRefused && !(error instanceof Error)) throw error
      Object.assign(request, { ending: isRefused ? 'refused' : 'failed', endedAt: timeline.now })
      if (error instanceof TypeError || (error instanceof Problem && error.code === 'internal-error')) throw error
    }
  }

  const send = (step: Step, count: number): void => {
    const replica = replicas.filter(isServing)[Math.floor(random.next() * slots)] ?? replicas.find(isServing)
    const request: Request = { name: `request-${requests.length}`, kind: step.kind, ...('key' in step ? { key: `key-${step.key}`, title: step.title } : {}) }
    const again = (): void => {
      if (request.ending !== 'done' && request.ending !== 'refused' && count < 40) send(step, count + 1)
    }
    if ('key' in step) timeline.at(timeline.now + random.between(500, 6_000), again)
    if (!replica) return
    requests.push(request)
    // A process that is stopped takes the request when it goes on.
    replica.life.deliver(timeline.now, () => void asked(request, () => askReplica(replica, step, request)))
  }

  const askReplica = async ({ tasks }: TaskReplica, step: Step, { name, key }: Request) => {
    if (step.kind === 'create') return tasks.create({ title: name, description: null, priority: 1, user_id: null, due_date: null }, name)
    if (step.kind === 'create-once') return tasks.create({ title: step.title, description: null, priority: 1, user_id: null, due_date: null }, name, key)
    const id = known[step.task % Math.max(1, known.length)]?.id
    if (id === undefined) throw new TaskNotFound('none yet')
    const version = versions.get(id)
    if (step.kind === 'status') return tasks.setStatus(id, step.status, (actual) => !step.conditional || actual === version, name)
    return tasks.remove(id, () => true, name).then(() => undefined)
  }

  watch()
  for (let count = 0; count < tasksAtFirst; count += 1) timeline.at(0, () => { send({ kind: 'create', at: 0 }, 0) })
  timeline.at(troubleFromMs, () => { world.badness = badness })
  const momentOf = (part: number): number => troubleFromMs + part * spanMs
  for (const step of steps) timeline.at(momentOf(step.at), () => { send(step, 0) })
  for (const { kind, at, slot } of blows) timeline.at(momentOf(at), () => { strike[kind](slot) })
  if (brokerAwayFrom !== undefined) {
    timeline.at(momentOf(brokerAwayFrom), () => { world.brokerIsAway = true })
    timeline.at(momentOf(brokerAwayFrom) + random.between(1_000, 20_000), () => { world.brokerIsAway = false })
  }
  const calmFromMs = momentOf(1) + afterMs
  await timeline.pass(calmFromMs)
  Object.assign(world, { badness: peace, brokerIsAway: false })
  await timeline.pass(calmFromMs + latestEffectMs + recovery.promisedMs)
  return { world, requests }
}
