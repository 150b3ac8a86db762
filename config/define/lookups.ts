import type * as z from 'zod'

import type { ComponentKind } from './kinds.ts'
import type { AnyStack } from './stack.ts'

/** App ids of a stack. */
export type AppOf<St extends AnyStack> = keyof St['services'] & string

/** Components of a stack with their kinds. */
export type ComponentKinds<St extends AnyStack> = { readonly [N in keyof St['components'] & string]: St['components'][N] & ComponentKind }

type ServiceOf<St extends AnyStack, App extends AppOf<St>> = St['services'][App]
type ItemsOf<Svc, Key extends string> = Svc extends { readonly [K in Key]: readonly (infer N extends string)[] } ? N : never
type KeysOf<Svc, Key extends string> = Svc extends { readonly [K in Key]: infer R } ? keyof R & string : never
type ValueAt<Svc, Key extends string, Name extends string> = Svc extends { readonly [K in Key]: { readonly [N in Name]: infer V } } ? V : never

/** State stores an app declares. */
export type StateStoreOf<St extends AnyStack, App extends AppOf<St>> = ItemsOf<ServiceOf<St, App>, 'state'>

/** Topics an app publishes to. */
export type PublishedTopic<St extends AnyStack, App extends AppOf<St>> = ItemsOf<ServiceOf<St, App>, 'publishes'>

/** Topics an app subscribes to. */
export type SubscribedTopic<St extends AnyStack, App extends AppOf<St>> = KeysOf<ServiceOf<St, App>, 'subscribes'>

/** Apps an app invokes. */
export type Callee<St extends AnyStack, App extends AppOf<St>> = KeysOf<ServiceOf<St, App>, 'invokes'>

/** Methods of `Target` that an app may invoke. */
export type InvokedMethod<St extends AnyStack, App extends AppOf<St>, Target extends string> =
  ValueAt<ServiceOf<St, App>, 'invokes', Target> extends readonly (infer M extends string)[] ? M : never

/** Methods an app serves. */
export type ServedMethod<St extends AnyStack, App extends AppOf<St>> = KeysOf<ServiceOf<St, App>, 'methods'>

/** Kinds of jobs an app schedules for itself. */
export type JobKindOf<St extends AnyStack, App extends AppOf<St>> = KeysOf<ServiceOf<St, App>, 'jobs'>

type JobSchema<St extends AnyStack, App extends AppOf<St>, K extends string> =
  ValueAt<ServiceOf<St, App>, 'jobs', K> extends { readonly data: infer V } ? V : never

/** The `data` of a job: what its handler receives, and what its scheduler gives. */
export type JobData<St extends AnyStack, App extends AppOf<St>, K extends string> = z.output<JobSchema<St, App, K>>
export type JobInput<St extends AnyStack, App extends AppOf<St>, K extends string> = z.input<JobSchema<St, App, K>>

/** The schemas of the documents an app stores, by their names. */
export type DocumentsOf<St extends AnyStack, App extends AppOf<St>> = ServiceOf<St, App> extends { readonly documents: infer D } ? D : object

/** Secret stores an app reads, and the secrets of one. */
export type SecretStoreOf<St extends AnyStack, App extends AppOf<St>> = KeysOf<ServiceOf<St, App>, 'secrets'>
export type SecretOf<St extends AnyStack, App extends AppOf<St>, Store extends string> =
  ValueAt<ServiceOf<St, App>, 'secrets', Store> extends readonly (infer N extends string)[] ? N : never

/** Event types of a topic. */
export type EventType<St extends AnyStack, T extends string> = KeysOf<ValueAt<St, 'topics', T>, 'events'>

type EventSchema<St extends AnyStack, T extends string, E extends string> = ValueAt<ValueAt<St, 'topics', T>, 'events', E>

/** The `data` of an event: what a handler receives. */
export type EventData<St extends AnyStack, T extends string, E extends string> = z.output<EventSchema<St, T, E>>

/** The `data` of an event: what a publisher gives. */
export type EventInput<St extends AnyStack, T extends string, E extends string> = z.input<EventSchema<St, T, E>>

type MethodPart<St extends AnyStack, App extends string, M extends string, Part extends 'request' | 'response'> =
  ValueAt<ValueAt<St, 'services', App>, 'methods', M> extends { readonly [P in Part]: infer V } ? V : never

/** What a caller of a method gives and gets; what its implementation gets and gives. */
export type MethodRequest<St extends AnyStack, App extends string, M extends string> = z.input<MethodPart<St, App, M, 'request'>>
export type MethodResponse<St extends AnyStack, App extends string, M extends string> = z.output<MethodPart<St, App, M, 'response'>>
export type HandledRequest<St extends AnyStack, App extends string, M extends string> = z.output<MethodPart<St, App, M, 'request'>>
export type HandledResponse<St extends AnyStack, App extends string, M extends string> = z.input<MethodPart<St, App, M, 'response'>>
