import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { podSpec } from './app-pod.ts'
import type { DaprAppProps } from './app-settings.ts'
import { AppAutoscaling } from './autoscaling.ts'
import { disruption } from './availability.ts'
import { selectorOf, workloadLabels } from './labels.ts'
import { sidecarAnnotations } from './sidecar-annotations.ts'

/** One app of the stack: its identity, its Deployment with a Dapr sidecar and how many of its pods may go at once, its Service, and the right to read its secrets. */
export class DaprApp extends Construct {
  constructor(scope: Construct, id: string, props: DaprAppProps) {
    super(scope, id)
    const name = props.app.id
    const metadata = { name, labels: workloadLabels(props.stack, name) }
    const { secrets } = props
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false })
    if (secrets.length > 0) this.grantSecrets(metadata, secrets)
    new k8s.KubeDeployment(this, 'Resource', {
      metadata: { ...metadata, ...(props.examples && { annotations: { 'dapr-stack/examples': props.examples.join('\n') } }) },
      spec: {
        // Each apply would undo what an autoscaler does.
        ...(!props.autoscaling && { replicas: props.replicas }),
        selector: { matchLabels: selectorOf(name) },
        strategy,
        template: {
          metadata: { labels: metadata.labels, annotations: sidecarAnnotations(props) },
          spec: podSpec(props),
        },
      },
    })
    if (props.autoscaling) new AppAutoscaling(this, 'Autoscaling', { ...props.autoscaling, stack: props.stack, app: name, minReplicas: props.replicas, backlogs: props.backlogs })
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', { metadata, spec: disruption(name) })
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(name),
        ports: [{ name: 'http', port: props.servicePort, targetPort: k8s.IntOrString.fromNumber(props.app.port) }],
      },
    })
  }

  private grantSecrets(metadata: k8s.ObjectMeta & { readonly name: string }, secrets: readonly string[]): void {
    const apiGroup = 'rbac.authorization.k8s.io'
    new k8s.KubeRole(this, 'Role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [...secrets], verbs: ['get'] }],
    })
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: metadata.name }],
    })
  }
}

// A pod goes when another has taken its place.
const strategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
} satisfies k8s.DeploymentStrategy
