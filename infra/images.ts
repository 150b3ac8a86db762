/**
 * Every image this project names, and nothing else does. A reference is `registry/name:tag`, the tag always pinned.
 * The machines without Docker build stand-ins under exactly these references (see docs/architecture.md, "The test cluster").
 */
export const serverImages = {
  /** Redis of the environments that bring their own, the newest tag of the series that Debian 12 packages too. */
  redis: 'docker.io/library/redis:7.0.15',
  /** Kafka of the `kafka` environment, in KRaft mode. */
  kafka: 'docker.io/apache/kafka:4.1.0',
  /** NATS of the `jetstream` environment, with a shell and `nc`, which make its streams. */
  nats: 'docker.io/library/nats:2.14.9-alpine',
  /** Sidecar of an app where no injector brings it: the compose file. Its version is that of toolchain/dapr. */
  daprd: 'docker.io/daprio/daprd:1.18.2',
  /** Keeps the jobs of apps in the compose file. Its version is that of toolchain/dapr. */
  scheduler: 'docker.io/daprio/scheduler:1.18.2',
} as const

/** The images of the servers, and of this stack. */
export const images = {
  /** One image for all services of the stack; `command` chooses the service. Override with STACK_IMAGE. */
  app: 'docker.io/dapr-stack/tasks:0.1.0',
  ...serverImages,
} as const
