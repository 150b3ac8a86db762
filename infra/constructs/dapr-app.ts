import { k8s } from 'cdk8s-plus-29'
import { Construct } from 'constructs'

import { type AppNode, drainVariable, healthRoute, type Shutdown, shutdownTimes, type StackGraph } from '../../config/define/index.ts'
import { selectorOf, workloadLabels } from './labels.ts'
import { lifeAnnotations } from './pod-life.ts'
import { containerSecurity, podSecurity } from './security.ts'

/** CPU and memory of the app's container, as Kubernetes quantities (`100m`, `128Mi`). */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string }
  readonly limits: { readonly cpu: string; readonly memory: string }
}

/** What an environment decides about an app. */
export interface AppSettings {
  /** Pods of the app, 1 or more. */
  readonly replicas: number
  /** Port of the app's Service; it leads to the port the config gives the app. */
  readonly servicePort: number
  readonly resources: Resources
  /**
   * Tokens that the app and its sidecar prove themselves to each other with.
   * @default - none: whoever reaches a port of the pod may use it
   */
  readonly tokens?: Tokens
  /**
   * Name of a ConfigMap with certificates (PEM, one file a key) of authorities that the sidecar trusts beside the public ones: for
   * stores and brokers with private certificates. Where there is no such ConfigMap, the public ones are all.
   * @default - the public ones only
   */
  readonly authorities?: string
  /**
   * Name of a ConfigMap whose keys are environment variables of the app, for settings that belong to a cluster. Where there is no such
   * ConfigMap, there are no such variables.
   * @default - none
   */
  readonly variables?: string
  /**
   * Shell commands that show what the app does, for the annotation `dapr-stack/examples`; `{app-id}` stands for the address of that app.
   * @default - no annotation
   */
  readonly examples?: readonly string[]
}

/** Names of Secrets, each with the token under the key `token`. */
export interface Tokens {
  /** What callers of the sidecar's API must send. */
  readonly api: string
  /** What the sidecar sends to the app. */
  readonly app: string
}

export interface DaprAppProps extends AppSettings {
  /** Name of the stack, for labels. */
  readonly stack: string
  readonly app: AppNode
  readonly graph: StackGraph
  /** Image reference, with a tag. */
  readonly image: string
  /** Program and arguments of the app in that image. */
  readonly command: readonly string[]
  /** How the pods end. */
  readonly shutdown: Shutdown
  /** Digest of what the pods must be restarted for when it changes. */
  readonly configDigest: string
}

const quantities = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, k8s.Quantity.fromString(value)]))

/** One app of the stack: its identity, its Deployment with a Dapr sidecar, its Service, and the right to read its secrets. */
export class DaprApp extends Construct {
  constructor(scope: Construct, id: string, props: DaprAppProps) {
    super(scope, id)
    const name = props.app.id
    const metadata = { name, labels: workloadLabels(props.stack, name) }
    const secrets = props.graph.secrets.filter(({ app }) => app === name).map(({ secret }) => secret)
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false })
    if (secrets.length > 0) this.grantSecrets(metadata, secrets)
    new k8s.KubeDeployment(this, 'Resource', {
      metadata: { ...metadata, ...(props.examples && { annotations: { 'dapr-stack/examples': props.examples.join('\n') } }) },
      spec: {
        replicas: props.replicas,
        selector: { matchLabels: selectorOf(name) },
        strategy,
        template: {
          metadata: { labels: metadata.labels, annotations: annotations(props, secrets) },
          spec: podSpec(props, secrets),
        },
      },
    })
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(name),
        ports: [{ name: 'http', port: props.servicePort, targetPort: k8s.IntOrString.fromNumber(props.app.port) }],
      },
    })
  }

  private grantSecrets(metadata: k8s.ObjectMeta & { readonly name: string }, secrets: string[]): void {
    const apiGroup = 'rbac.authorization.k8s.io'
    new k8s.KubeRole(this, 'Role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: secrets, verbs: ['get'] }],
    })
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: metadata.name }],
    })
  }
}

const authoritiesMount = { name: 'authorities', mountPath: '/etc/dapr-stack/authorities' } satisfies k8s.VolumeMount

// A pod goes when another has taken its place.
const strategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
} satisfies k8s.DeploymentStrategy

const annotations = ({ app, shutdown, configDigest, tokens, authorities }: DaprAppProps, secrets: readonly string[]): Record<string, string> => ({
  'dapr.io/enabled': 'true',
  'dapr.io/app-id': app.id,
  'dapr.io/app-port': String(app.port),
  'dapr.io/config': app.id,
  'dapr.io/enable-api-logging': 'true',
  ...lifeAnnotations(shutdown),
  // Without a service-account token the built-in store stops the sidecar at its start.
  ...(secrets.length === 0 && { 'dapr.io/disable-builtin-k8s-secret-store': 'true' }),
  ...(tokens && { 'dapr.io/api-token-secret': tokens.api, 'dapr.io/app-token-secret': tokens.app }),
  ...(authorities !== undefined && {
    'dapr.io/volume-mounts': `${authoritiesMount.name}:${authoritiesMount.mountPath}`,
    // Go reads this folder beside the image's bundle of public certificates; Redis' component takes no certificate itself.
    'dapr.io/env': `SSL_CERT_DIR=${authoritiesMount.mountPath}`,
  }),
  'dapr-stack/config-digest': configDigest,
})

const podSpec = (props: DaprAppProps, secrets: readonly string[]): k8s.PodSpec => ({
  serviceAccountName: props.app.id,
  automountServiceAccountToken: secrets.length > 0,
  securityContext: podSecurity,
  terminationGracePeriodSeconds: shutdownTimes(props.shutdown).terminationGraceSeconds,
  containers: [container(props)],
  volumes: [{ name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } }, ...authoritiesVolume(props)],
})

const authoritiesVolume = ({ authorities }: DaprAppProps): k8s.Volume[] =>
  authorities === undefined ? [] : [{ name: authoritiesMount.name, configMap: { name: authorities, optional: true } }]

const tokenVariable = (name: string, secret: string): k8s.EnvVar => ({ name, valueFrom: { secretKeyRef: { name: secret, key: 'token' } } })

const container = ({ app, image, command, resources, tokens, variables, shutdown }: DaprAppProps): k8s.Container => ({
  name: app.id,
  image,
  imagePullPolicy: 'IfNotPresent',
  command: [...command],
  ports: [{ name: 'http', containerPort: app.port }],
  env: [
    { name: drainVariable, value: String(shutdown.drainSeconds) },
    // Dapr gives these to its own container only.
    ...(tokens ? [tokenVariable('DAPR_API_TOKEN', tokens.api), tokenVariable('APP_API_TOKEN', tokens.app)] : []),
  ],
  ...(variables !== undefined && { envFrom: [{ configMapRef: { name: variables, optional: true } }] }),
  resources: { requests: quantities(resources.requests), limits: quantities(resources.limits) },
  readinessProbe: { httpGet: { path: '/ready', port: k8s.IntOrString.fromNumber(app.port) }, initialDelaySeconds: 5, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: healthRoute, port: k8s.IntOrString.fromNumber(app.port) }, initialDelaySeconds: 10, periodSeconds: 30 },
  securityContext: containerSecurity,
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
})
