/** Pods of Dapr's control plane that sidecars connect to, by their label `app`, and the port of the pods, which is not that of their Service. Source: Dapr's Helm chart. */
export const controlPlane = [
  { app: 'dapr-operator', port: 6500 },
  { app: 'dapr-sentry', port: 50001 },
  { app: 'dapr-placement-server', port: 50005 },
  { app: 'dapr-scheduler-server', port: 50006 },
] as const

/** The namespace that Dapr's documentation installs it to. */
export const daprSystem = 'dapr-system'
