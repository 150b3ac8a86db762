import type { Item } from './component-metadata.ts'

/** Where a component's code and its metadata file differ, the code is right. */
export interface Corrected {
  /** Items that the file states wrongly. */
  readonly change?: Readonly<Record<string, Partial<Item>>> | undefined
  /** Items that the file lacks. */
  readonly add?: readonly Item[]
  /** Ways to log in that the file lacks. */
  readonly profiles?: readonly (readonly Item[])[]
}

const text = (name: string): Item => ({ name, type: 'string' })
const secret = (name: string): Item => ({ name, type: 'string', sensitive: true })
const required = (item: Item): Item => ({ ...item, required: true })

/**
 * What the runtime, and what all components of a kind share, read of each (`pkg/components/state`, `pkg/encryption`, `pkg/runtime/pubsub`,
 * `pkg/scopes`, `pubsub/concurrency.go`). No file has it.
 */
export const runtimeFields: Readonly<Record<string, readonly Item[]>> = {
  state: [
    { ...text('keyPrefix'), default: 'appid' },
    { name: 'actorStateStore', type: 'bool', default: 'false' },
    secret('primaryEncryptionKey'),
    secret('secondaryEncryptionKey'),
    text('outboxPublishPubsub'),
    text('outboxPublishTopic'),
    text('outboxPubsub'),
    { name: 'outboxDiscardWhenMissingState', type: 'bool', default: 'false' },
  ],
  pubsub: [...['consumerID', 'allowedTopics', 'protectedTopics', 'publishingScopes', 'subscriptionScopes'].map(text), { name: 'concurrencyMode', type: 'string', values: ['parallel', 'single'], default: 'parallel' }],
  bindings: [{ name: 'direction', type: 'string' }, text('route'), { name: 'ttlInSeconds', type: 'number', min: 1 }],
}

const kafka: Corrected = {
  change: {
    consumeRetryEnabled: { default: 'true' },
    clientConnectionTopicMetadataRefreshInterval: { default: '8m' },
    maxMessageBytes: { default: undefined, min: 1 },
    compression: { values: ['none', 'gzip', 'snappy', 'lz4', 'zstd'] },
    producerRequiredAcks: { values: ['all', 'local', 'none'] },
    saslMechanism: { required: false },
    caCert: { required: false },
    clientCert: { required: false },
    clientKey: { required: false },
    schemaRegistryAPISecret: { sensitive: true },
  },
  add: [
    { name: 'authRequired', type: 'bool', deprecated: 'authType' },
    { name: 'backOffPolicy', type: 'string', values: ['constant', 'exponential'], default: 'constant' },
    { name: 'backOffDuration', type: 'duration', default: '5s' },
    { name: 'backOffInitialInterval', type: 'duration' },
    { name: 'backOffMaxInterval', type: 'duration' },
    { name: 'backOffMaxElapsedTime', type: 'duration' },
    { name: 'backOffMaxRetries', type: 'number', default: '-1', min: -1 },
  ],
  profiles: [[{ name: 'authType', type: 'string', required: true, values: ['certificate'] }, required(text('caCert'))]],
}

const port = { min: 1, max: 65_535 } as const
const redis = {
  redisPort: { type: 'number', ...port },
  redisDB: { type: 'number', min: 0 },
  concurrency: { min: 1 },
  queueDepth: { min: 1 },
  poolSize: { min: 1 },
  minIdleConns: { min: 0 },
  redisMaxRetries: { min: -1 },
} as const satisfies Corrected['change']

const optional = { required: false } as const
/** A server that asks nobody who they are. */
const open: Corrected = { profiles: [[]] }
/** The server by its parts instead of a connection string. */
const byHost: Corrected = { profiles: [[required(text('host'))]] }

export const corrections: Readonly<Record<string, Corrected>> = {
  'pubsub.kafka': kafka,
  'bindings.kafka': kafka,
  'pubsub.redis': { change: { ...redis, redeliverInterval: { default: '15s' }, processingTimeout: { default: '60s' } } },
  'state.redis': { change: { ...redis, ttlInSeconds: { min: 1 } } },
  'configuration.redis': { change: redis },
  'secretstores.kubernetes': { add: [text('defaultNamespace'), text('kubeconfigPath')] },
  'state.mysql': { change: { connectionString: { sensitive: true } } },
  'state.mongodb': { change: { connectionString: { sensitive: true } }, ...byHost },
  'state.postgresql': byHost,
  'configuration.postgresql': byHost,
  'pubsub.rabbitmq': { add: [{ ...text('host'), deprecated: 'connectionString' }], profiles: [[required(text('hostname'))]] },
  'bindings.kubemq': open,
  'bindings.mqtt3': { ...open, add: [{ name: 'qos', type: 'number', min: 0, max: 2 }] },
  'bindings.azure.eventhubs': { change: { consumerID: optional } },
  'bindings.influx': { change: { measurement: optional } },
  'state.ravendb': open,
  'state.sqlserver': { add: [text('databaseName')] },
  'pubsub.kubemq': open,
  'pubsub.rocketmq': open,
  'state.cassandra': open,
  'state.etcd': open,
  'state.rethinkdb': open,
  'pubsub.azure.eventhubs': { change: { consumerID: optional } },
  'state.hashicorp.consul': { change: { aclToken: optional, datacenter: optional, keyPrefixPath: optional, scheme: optional } },
  'state.oracledatabase': { change: { connectionString: { sensitive: true } } },
  'secretstores.hashicorp.vault': { change: { vaultToken: optional, vaultTokenMountPath: optional } },
  'pubsub.jetstream': { change: { deliverPolicy: optional, maxDeliver: { min: 1 }, replicas: { min: 1, max: 5 } } },
}

/** Names of items that hold a secret, whatever the file of the component says of them. */
export const secretNames: readonly string[] = [
  'MTLSClientKey', 'accessKeySecret', 'accountToken', 'aclToken', 'authToken', 'clientKey', 'jwt', 'password', 'privateKey', 'private_key', 'secret',
  'secretAccessKey', 'secretKey', 'securityToken', 'seedKey', 'serverToken', 'storageConnectionString', 'tlsClientKey', 'tls_client_key', 'token', 'vaultToken',
]

/** Types that a metadata file names otherwise than daprd does. */
export const registeredAs: Readonly<Record<string, string>> = {
  'secretstores.aws.secretsmanager': 'secretstores.aws.secretmanager',
  'crypto.jwks': 'crypto.dapr.jwks',
  'crypto.kubernetes.secrets': 'crypto.dapr.kubernetes.secrets',
  'crypto.localstorage': 'crypto.dapr.localstorage',
}

/** The ways to log in that many components share; their list is not in the module. None of it is needed where the platform gives an identity. */
export const builtinProfiles: Readonly<Record<'aws' | 'azuread' | 'gcp', readonly Item[]>> = {
  aws: [
    ...['region', 'awsRegion', 'endpoint', 'assumeRoleArn', 'sessionName', 'trustAnchorArn', 'trustProfileArn'].map(text),
    ...['accessKey', 'secretKey', 'sessionToken'].map(secret),
  ],
  azuread: [
    ...['azureTenantId', 'azureClientId', 'azureCertificateFile', 'azureAuthMethods'].map(text),
    ...['azureClientSecret', 'azureCertificate', 'azureCertificatePassword'].map(secret),
    { name: 'azureEnvironment', type: 'string', default: 'AzurePublicCloud', values: ['AzurePublicCloud', 'AzureChinaCloud', 'AzureUSGovernmentCloud'] },
  ],
  gcp: [
    ...['type', 'projectID', 'clientEmail', 'clientID', 'authURI', 'tokenURI', 'authProviderX509CertURL', 'clientX509CertURL'].map(text),
    ...['privateKeyID', 'privateKey'].map(secret),
  ],
}
