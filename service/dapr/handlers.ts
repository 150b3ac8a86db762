import type { FastifyBaseLogger } from 'fastify'

import type {
  AnyStack,
  AppOf,
  EventData,
  EventType,
  HandledRequest,
  HandledResponse,
  JobData,
  JobKindOf,
  ServedMethod,
  SubscribedTopic,
} from '../../config/define/index.ts'

export type Log = Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn' | 'error'>

/** What a handler knows of an event beside its data. */
export interface EventContext {
  readonly id: string
  readonly type: string
  readonly topic: string
  /** ISO 8601; when the event was received, if its publisher does not say. */
  readonly time: string
  readonly correlationId: string
  /** Carries the event's id and type on each line. */
  readonly log: Log
}

/** Returns when the event is handled for good; what it throws lets the event be delivered again, and in the end to the dead letters. */
export type EventHandler<Data> = (data: Data, context: EventContext) => Promise<void>

/** The handler of events that an app does nothing about. They cost no state, and none of them becomes a dead letter of this app. */
export const ignore: EventHandler<unknown> = async () => undefined

/** What a method's implementation knows of an invocation beside its request. */
export interface InvocationContext {
  readonly correlationId: string
  readonly log: Log
}

export type MethodHandler<Request, Response> = (request: Request, context: InvocationContext) => Promise<Response>

/** What a handler knows of a job beside its data. */
export interface JobContext {
  /** What the job was scheduled under, within its kind. */
  readonly id: string
  readonly correlationId: string
  /** Carries the job's name on each line. */
  readonly log: Log
}

/** Returns when the job is done; what it throws has the scheduler call again. It may be called twice, and late: it looks at what holds now. */
export type JobHandler<Data> = (data: Data, context: JobContext) => Promise<void>

type SubscriptionHandlers<St extends AnyStack, App extends AppOf<St>> = {
  readonly [T in SubscribedTopic<St, App>]: { readonly [E in EventType<St, T>]: EventHandler<EventData<St, T, E>> }
}

type MethodHandlers<St extends AnyStack, App extends AppOf<St>> = {
  readonly [M in ServedMethod<St, App>]: MethodHandler<HandledRequest<St, App, M>, HandledResponse<St, App, M>>
}

type JobHandlers<St extends AnyStack, App extends AppOf<St>> = {
  readonly [K in JobKindOf<St, App>]: JobHandler<JobData<St, App, K>>
}

/** A handler for every event type of every topic the app subscribes to, every method it serves and every kind of job it schedules; no key where it has none. */
export type Implementation<St extends AnyStack, App extends AppOf<St>> = ([SubscribedTopic<St, App>] extends [never]
  ? { readonly subscriptions?: never }
  : { readonly subscriptions: SubscriptionHandlers<St, App> }) &
  ([ServedMethod<St, App>] extends [never] ? { readonly methods?: never } : { readonly methods: MethodHandlers<St, App> }) &
  ([JobKindOf<St, App>] extends [never] ? { readonly jobs?: never } : { readonly jobs: JobHandlers<St, App> })

/** Any implementation, with its names as plain strings: what the routes read. */
export interface AnyImplementation {
  readonly subscriptions?: Readonly<Record<string, Readonly<Record<string, EventHandler<unknown>>>>>
  readonly methods?: Readonly<Record<string, MethodHandler<unknown, unknown>>>
  readonly jobs?: Readonly<Record<string, JobHandler<unknown>>>
}
