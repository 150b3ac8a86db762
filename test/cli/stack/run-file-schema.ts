import { z } from 'zod'

/** What the sections `common` and `apps` of a run file share. */
const shared = {
  appProtocol: z.enum(['http', 'grpc', 'https', 'grpcs', 'h2c']),
  apiListenAddresses: z.string(),
  resourcesPath: z.string(),
  resourcesPaths: z.array(z.string()).min(1),
  configFilePath: z.string(),
  runtimePath: z.string(),
  env: z.record(z.string(), z.string()),
  enableProfiling: z.boolean(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'panic']),
  appMaxConcurrency: z.int(),
  placementHostAddress: z.string(),
  schedulerHostAddress: z.string(),
  appSSL: z.boolean(),
  maxBodySize: z.string(),
  readBufferSize: z.string(),
  enableAppHealthCheck: z.boolean(),
  appHealthCheckPath: z.string(),
  appHealthProbeInterval: z.int(),
  appHealthProbeTimeout: z.int(),
  appHealthThreshold: z.int(),
  enableApiLogging: z.boolean(),
  daprdLogDestination: z.enum(['file', 'console', 'fileAndConsole']),
  appLogDestination: z.enum(['file', 'console', 'fileAndConsole']),
} as const

const port = z.int().min(1).max(65_535)
const Shared = z.strictObject(shared).partial()

const App = Shared.extend({
  appID: z.string().optional(),
  appChannelAddress: z.string().optional(),
  appPort: port.optional(),
  daprHTTPPort: port.optional(),
  daprGRPCPort: port.optional(),
  daprInternalGRPCPort: port.optional(),
  metricsPort: port.optional(),
  profilePort: port.optional(),
  unixDomainSocket: z.string().optional(),
  appDirPath: z.string().min(1),
  command: z.array(z.string()).min(1).optional(),
  containerImage: z.string().optional(),
  containerImagePullPolicy: z.enum(['Always', 'Never', 'IfNotPresent']).optional(),
  createService: z.boolean().optional(),
})

/**
 * The run file of `dapr run -f`. Dapr publishes no schema of it, so these are the fields and values that its documentation and the
 * structs of its CLI name. The CLI itself overlooks a field that it does not know; here that is an error.
 */
export const RunFile = z.strictObject({ version: z.int().min(1), name: z.string().optional(), common: Shared.optional(), apps: z.array(App).min(1) })
