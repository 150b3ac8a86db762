import { Task, TaskDocument } from '../../../config/tasks/index.ts'
import { idOfKey } from '../../../service/task-api/idempotency.ts'
import type { Request, Story } from './play.ts'

/** A change as the store took it. */
interface Commit {
  readonly at: number
  readonly id: string
  readonly version: number
  /** The request that made it. */
  readonly by: string
}

const commitsOf = ({ world }: Story): Commit[] =>
  world.applied.flatMap(({ at, key, before, value }) => {
    if (!key.startsWith('task-')) return []
    const document = TaskDocument.parse(value)
    const last = TaskDocument.safeParse(before).data
    const isSame = last !== undefined && last.version === document.version && last.write_id === document.write_id
    const event = document.pending.at(-1)
    return isSame || !event ? [] : [{ at, id: event.task_id, version: document.version, by: event.correlation_id }]
  })

const eventId = ({ id, version }: Commit): string => `${id}-${version}`
const publishedBy = ({ world }: Story, commit: Commit, at: number): boolean =>
  world.published.some(({ at: moment, event }) => moment <= at && event.id === eventId(commit) && event.correlationid === commit.by)

const eventFindings = (story: Story, commits: readonly Commit[]): string[] => [
  ...commits.filter((commit) => !publishedBy(story, commit, Infinity)).map((commit) => `lost: ${eventId(commit)} of ${commit.by}`),
  ...story.world.published
    .filter(({ at, event }) => !commits.some((commit) => eventId(commit) === event.id && commit.by === event.correlationid && commit.at <= at))
    .map(({ event }) => `phantom: ${event.id} of ${event.correlationid}`),
]

const orderFindings = (commits: readonly Commit[]): string[] =>
  commits.flatMap((commit, index) => {
    const before = commits.slice(0, index).filter(({ id }) => id === commit.id)
    return before.length + 1 === commit.version ? [] : [`order: ${eventId(commit)} is change ${before.length + 1}`]
  })

/** A request without a key makes its change once if it was done, never if it was refused, and at most once else. */
const requestFindings = (story: Story, commits: readonly Commit[], { name, kind, ending, endedAt = Infinity }: Request): string[] => {
  if (kind === 'create-once') return []
  const own = commits.filter(({ by }) => by === name)
  if (own.length > 1) return [`twice: ${name} (${kind})`]
  if (ending === 'refused' && own.length > 0) return [`refused, but made: ${name} (${kind})`]
  const [commit] = own
  if (ending !== 'done') return []
  // A removal may find that an earlier one of the same task only lacked its event.
  if (!commit) return kind === 'remove' ? [] : [`acknowledged, but not made: ${name} (${kind})`]
  return publishedBy(story, commit, endedAt) ? [] : [`acknowledged before its event: ${name} (${kind})`]
}

/** All requests of a key and a body get one answer, and there is one task of the key. */
const keyFindings = (story: Story, commits: readonly Commit[], key: string): string[] => {
  const requests = story.requests.filter((request) => request.key === key)
  const done = requests.filter(({ ending }) => ending === 'done')
  const creations = commits.filter(({ id, version }) => id === idOfKey(key) && version === 1)
  const answers = new Set(done.map(({ task, version }) => JSON.stringify([Task.parse(task), version])))
  const early = done.filter(({ endedAt = 0 }) => !creations.some((commit) => publishedBy(story, commit, endedAt)))
  const last = requests.filter((request) => request.ending === undefined || request.ending === 'failed')
  return [
    ...(creations.length > 1 ? [`twice: ${key}`] : []),
    ...(answers.size > 1 ? [`${answers.size} answers: ${key}`] : []),
    ...(done.some(({ title, task }) => title !== task?.title) ? [`the answer of another body: ${key}`] : []),
    ...early.map(({ name }) => `acknowledged before its event: ${name} (${key})`),
    ...(last.length > 0 && last.length === requests.length ? [`never answered: ${key}`] : []),
  ]
}

/** Everything in a story that must not be; empty when the contract held. */
export const findings = (story: Story): string[] => {
  const commits = commitsOf(story)
  const keys = [...new Set(story.requests.flatMap(({ key }) => key ?? []))]
  return [
    ...eventFindings(story, commits),
    ...orderFindings(commits),
    ...story.requests.flatMap((request) => requestFindings(story, commits, request)),
    ...keys.flatMap((key) => keyFindings(story, commits, key)),
  ]
}
