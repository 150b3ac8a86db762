/** What findings can be about and break: names that two findings share where one comes of the other. */
export const keys = {
  dapr: 'dapr',
  injector: 'injector',
  certificates: 'certificates',
  app: (id: string): string => `app ${id}`,
  /** A Service, and so whoever serves behind it. */
  service: (name: string): string => `service ${name}`,
  component: (name: string): string => `component ${name}`,
  topic: (pubsub: string, name: string): string => `topic ${pubsub}/${name}`,
  workload: (subject: string): string => `workload ${subject}`,
} as const
