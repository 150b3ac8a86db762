import { k8s } from './k8s.ts'

import { drainVariable, healthRoute, shutdownTimes } from '../../config/define/index.ts'
import { spread } from './availability.ts'
import type { DaprAppProps } from './app-settings.ts'
import { requirements } from './resources.ts'
import { containerSecurity, podSecurity } from './security.ts'
import { sidecarVolumes } from './sidecar-volumes.ts'

/** The pods of an app, before Dapr has put the sidecar in. */
export const podSpec = (props: DaprAppProps): k8s.PodSpec => ({
  serviceAccountName: props.app.id,
  automountServiceAccountToken: false,
  ...(props.priorityClass !== undefined && { priorityClassName: props.priorityClass }),
  ...spread(props.app.id),
  securityContext: podSecurity,
  terminationGracePeriodSeconds: shutdownTimes(props.shutdown).terminationGraceSeconds,
  containers: [container(props)],
  volumes: [
    { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } },
    ...sidecarVolumes({ authorities: props.authorities, readsSecrets: props.secrets.length > 0 }),
  ],
})

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
  resources: requirements(resources),
  readinessProbe: { httpGet: { path: '/ready', port: k8s.IntOrString.fromNumber(app.port) }, initialDelaySeconds: 5, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: healthRoute, port: k8s.IntOrString.fromNumber(app.port) }, initialDelaySeconds: 10, periodSeconds: 30 },
  securityContext: containerSecurity,
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
})
