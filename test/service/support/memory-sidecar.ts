import { type CloudEvent, ComponentFailed, EtagMismatch, type LoadedComponent, type Precondition, type Sidecar, type SidecarJob } from '../../../service/dapr/index.ts'

/** Stands between a call and its effect: may run the effect, or not, or late, and may throw. */
export type Fault = (effect: () => void) => void

interface Entry {
  readonly text: string
  readonly version: number
}

/** A sidecar in memory, with what a test wants to see and to break. */
export interface MemorySidecar extends Sidecar {
  /** By `store/key`. */
  readonly entries: Map<string, Entry>
  readonly published: CloudEvent[]
  /** By name. */
  readonly jobs: Map<string, SidecarJob>
  readonly invoked: { app: string; method: string; request: unknown }[]
  /** Taken one by one by the calls of their kind, oldest first. Journals have none: they are written whenever it suits them. */
  readonly faults: { readonly get: Fault[]; readonly save: Fault[]; readonly publish: Fault[]; readonly invoke: Fault[]; readonly job: Fault[] }
  /** What an invocation is answered with. */
  answer: unknown
  healthy: boolean
  loaded: LoadedComponent[]
}

const target = 'memory'

/** As Redis does it: a conditional write on a missing key succeeds, and a first write on an existing one fails without saying why. */
const guard = (entry: Entry | undefined, precondition: Precondition): void => {
  if (entry === undefined) return
  if ('firstWrite' in precondition) throw new ComponentFailed(target, 'failed to set key')
  if (precondition.etag !== String(entry.version)) throw new EtagMismatch(target, 'possible etag mismatch')
}

const isJournal = (key: string): boolean => key.startsWith('journal')

const through = (faults: Fault[], effect: () => void): void => {
  const fault = faults.shift()
  if (fault) fault(effect)
  else effect()
}

/** The double of the real sidecar for what a real one cannot be made to do at a chosen instant: lie about a write, answer late, die between two calls. */
export const memorySidecar = (): MemorySidecar => {
  const entries = new Map<string, Entry>()
  const published: CloudEvent[] = []
  const jobs = new Map<string, SidecarJob>()
  const invoked: MemorySidecar['invoked'] = []
  const faults: MemorySidecar['faults'] = { get: [], save: [], publish: [], invoke: [], job: [] }
  const sidecar: MemorySidecar = {
    entries, published, jobs, invoked, faults, answer: undefined, healthy: true, loaded: [],
    getState: async (store, key) => {
      if (!isJournal(key)) through(faults.get, () => undefined)
      const entry = entries.get(`${store}/${key}`)
      return entry && { value: JSON.parse(entry.text) as unknown, etag: String(entry.version) }
    },
    saveState: async (store, key, value, precondition) => {
      const path = `${store}/${key}`
      through(isJournal(key) ? [] : faults.save, () => {
        const entry = entries.get(path)
        guard(entry, precondition)
        entries.set(path, { text: JSON.stringify(value), version: (entry?.version ?? 0) + 1 })
      })
    },
    deleteState: async (store, key, etag) => {
      guard(entries.get(`${store}/${key}`), { etag })
      entries.delete(`${store}/${key}`)
    },
    publish: async (_pubsub, _topic, event) => {
      through(faults.publish, () => published.push(event))
    },
    invoke: async (app, method, request) => {
      through(faults.invoke, () => invoked.push({ app, method, request }))
      return sidecar.answer
    },
    secret: async () => ({}),
    scheduleJob: async (name, job) => {
      through(faults.job, () => jobs.set(name, JSON.parse(JSON.stringify(job)) as SidecarJob)) // it comes back as JSON
    },
    deleteJob: async (name) => {
      through(faults.job, () => jobs.delete(name))
    },
    getJob: async (name) => jobs.get(name),
    outboundHealthy: async () => sidecar.healthy,
    components: async () => sidecar.loaded,
    close: async () => undefined,
  }
  return sidecar
}
