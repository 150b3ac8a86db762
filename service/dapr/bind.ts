import type {
  AnyStack,
  AppOf,
  Callee,
  DocumentsOf,
  EventInput,
  EventType,
  InvokedMethod,
  MethodRequest,
  MethodResponse,
  PublishedTopic,
  SecretOf,
  SecretStoreOf,
  StateStoreOf,
} from '../../config/define/index.ts'
import { appJobs, type Jobs } from './jobs.ts'
import { ShapeMismatch } from './sidecar-errors.ts'
import type { Sidecar } from './sidecar.ts'
import { stateStore, type StateStore } from './state-store.ts'

/** What the publisher says of an event beside its data. */
export interface EventAttributes {
  /** The same for the same change: consumers know a second delivery by it. */
  readonly id: string
  /** ISO 8601. */
  readonly time: string
  /** What caused the event, across services. */
  readonly correlationId: string
  /** What the event is about; events of one subject keep their order on brokers that order by key. */
  readonly subject: string
}

/** What an app may do through its sidecar: exactly what the stack declares for it. */
export interface BoundApp<St extends AnyStack, App extends AppOf<St>> {
  state(store: StateStoreOf<St, App>): StateStore
  /** What the app reads of the documents it stores: the schemas that the stack declares, and compares when a new version is rolled out. */
  readonly documents: DocumentsOf<St, App>
  /** Publishes a CloudEvent; when it returns, the broker has it. */
  publish<T extends PublishedTopic<St, App>, E extends EventType<St, T>>(
    topic: T,
    type: E,
    data: EventInput<St, T, E>,
    attributes: EventAttributes,
  ): Promise<void>
  /** @throws ShapeMismatch when the answer is not what the method declares */
  invoke<Target extends Callee<St, App>, M extends InvokedMethod<St, App, Target>>(
    target: Target,
    method: M,
    request: MethodRequest<St, Target, M>,
  ): Promise<MethodResponse<St, Target, M>>
  /** The key-value pairs of a secret. */
  secret<Store extends SecretStoreOf<St, App>>(store: Store, name: SecretOf<St, App, Store>): Promise<Readonly<Record<string, string>>>
  /** What the app has itself called for later; no kind compiles that the stack does not declare for it. */
  readonly jobs: Jobs<St, App>
}

/** Gives an app's sidecar the types of its stack: a name, event or payload that the stack does not declare for the app does not compile. */
export const bind = <const St extends AnyStack, const App extends AppOf<St>>(stack: St, app: App, sidecar: Sidecar): BoundApp<St, App> => {
  const { topics, services }: AnyStack = stack
  return {
    state: (store) => stateStore(sidecar, store),
    documents: (services[app]?.documents ?? {}) as DocumentsOf<St, App>, // the type is read from the same place of the stack
    publish: async (topic, type, data, { id, time, correlationId, subject }) => {
      const pubsub = topics[topic]?.pubsub ?? ''
      const event = { specversion: '1.0', id, source: app, type, subject, time, datacontenttype: 'application/json', correlationid: correlationId, data } as const
      await sidecar.publish(pubsub, topic, event)
    },
    invoke: async <Target extends string, M extends string>(target: Target, method: M, request: unknown) => {
      const answer = services[target]?.methods?.[method]?.response.safeParse(await sidecar.invoke(target, method, request))
      if (!answer?.success) throw new ShapeMismatch(`the answer of "${method}" of app "${target}"`, String(answer?.error))
      // The type and the schema are read from the same place of the stack.
      return answer.data as MethodResponse<St, Target, M>
    },
    secret: (store, name) => sidecar.secret(store, name),
    jobs: appJobs(stack, app, sidecar),
  }
}
