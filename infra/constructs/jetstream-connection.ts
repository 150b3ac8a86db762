import { processingSeconds } from '../../config/define/index.ts'
import type { PubsubComponents } from '../../imports/dapr-components.ts'
import type { BackendOptions, SecretKey } from './backend.ts'

/** How a sidecar reaches a NATS server with JetStream. */
export interface JetStreamConnection extends BackendOptions {
  /** `nats://host:port`, several separated by commas, as text or by reference. */
  readonly url: string | SecretKey
  /**
   * The token that the server asks for, by reference.
   * @default - the server asks for none
   */
  readonly token?: SecretKey
}

// The sidecar puts its app's id here: every app hears every event, and the replicas of an app share them.
const ownApp = '{appID}'

/** Metadata that a connection decides. */
export type JetStreamNames = keyof ReturnType<typeof jetStreamMetadata>

export const jetStreamMetadata = ({ url, token }: JetStreamConnection) => ({
  natsURL: url,
  token,
  durableName: ownApp,
  queueGroupName: ownApp,
  // With `parallel` the client of the component acknowledges each event as it comes, so that a sidecar that dies loses what it has
  // (https://github.com/dapr/components-contrib/issues/3656).
  concurrency: 'single',
  // An event comes again when it was neither handled nor refused for as long as all its deliveries may take.
  ackWait: `${processingSeconds}s`,
}) satisfies PubsubComponents['pubsub.jetstream']
