import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { ScaledObject, type ScaledObjectSpecTriggers, TriggerAuthentication } from '../../imports/keda.sh.ts'
import type { Backlog } from './backlog.ts'
import { backlogTrigger } from './backlog-trigger.ts'
import { workloadLabels } from './labels.ts'
import { namespaceOf } from './namespace-of.ts'

/** When an app has more pods. */
export interface Autoscaling {
  /** The most pods; `replicas` is the least. Integer, above `replicas`. */
  readonly maxReplicas: number
  /**
   * Pods are added while the containers of the app and of its sidecar use more CPU than this, in percent of what they request. Integer, 1-100.
   * @default 70
   */
  readonly cpuPercent?: number
  /**
   * Pods are added while more events than this wait for each of them, in any of the app's subscriptions. It needs KEDA in the cluster, and a
   * broker of type `pubsub.redis` (7 or later) or `pubsub.kafka` whose address is text. On Kafka it adds none beyond a topic's `partitions`. Integer, 1 or more.
   * @default - waiting events do not count
   */
  readonly eventsPerPod?: number
}

const defaultCpuPercent = 70

export interface AppAutoscalingProps extends Autoscaling {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Id of the app, which is the name of its Deployment. */
  readonly app: string
  /** The fewest pods. */
  readonly minReplicas: number
  /** Where its events wait. */
  readonly backlogs: readonly Backlog[]
}

type Filled = AppAutoscalingProps & Required<Pick<AppAutoscalingProps, 'cpuPercent'>>

const isCount = (value: number, low: number, high = Infinity): boolean => Number.isInteger(value) && value >= low && value <= high

const check = ({ app, minReplicas, maxReplicas, cpuPercent, eventsPerPod = 1 }: Filled): void => {
  const wrong = [
    isCount(maxReplicas, minReplicas + 1) ? [] : `maxReplicas is ${maxReplicas}, and must be an integer above replicas, which is ${minReplicas}`,
    isCount(cpuPercent, 1, 100) ? [] : `cpuPercent is ${cpuPercent}, and must be an integer from 1 to 100`,
    isCount(eventsPerPod, 1) ? [] : `eventsPerPod is ${eventsPerPod}, and must be an integer of 1 or more`,
  ].flat()
  if (wrong.length > 0) throw new RangeError(`autoscaling of app "${app}": ${wrong.join('; ')}`)
}

const metadataOf = ({ stack, app }: AppAutoscalingProps, name = app) => ({ name, labels: workloadLabels(stack, app) })

/**
 * What changes the number of pods of an app: a HorizontalPodAutoscaler by CPU or, where waiting events count, a ScaledObject of KEDA by both.
 * @throws RangeError when a number is out of its range, or a broker's backlog cannot be counted
 */
export class AppAutoscaling extends Construct {
  constructor(scope: Construct, id: string, props: AppAutoscalingProps) {
    super(scope, id)
    const filled = { cpuPercent: defaultCpuPercent, ...props }
    check(filled)
    if (props.eventsPerPod === undefined) this.byCpu(filled)
    else this.byEvents(filled, props.eventsPerPod)
  }

  private byCpu(props: Filled): void {
    const { app, minReplicas, maxReplicas, cpuPercent } = props
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'Resource', {
      metadata: metadataOf(props),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app },
        minReplicas,
        maxReplicas,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } } }],
      },
    })
  }

  private byEvents(props: Filled, eventsPerPod: number): void {
    const { app, minReplicas, maxReplicas, cpuPercent, backlogs } = props
    const cpu: ScaledObjectSpecTriggers = { type: 'cpu', metricType: 'Utilization', metadata: { value: `${cpuPercent}` } }
    const triggers = backlogs.map((backlog) => {
      const { trigger, secrets } = backlogTrigger({ app, namespace: namespaceOf(this), eventsPerPod }, backlog)
      return secrets.length === 0 ? trigger : { ...trigger, authenticationRef: { name: this.authentication(props, backlog.component, secrets) } }
    })
    new ScaledObject(this, 'Resource', {
      metadata: metadataOf(props),
      spec: { scaleTargetRef: { name: app }, minReplicaCount: minReplicas, maxReplicaCount: maxReplicas, triggers: [cpu, ...triggers] },
    })
  }

  /** One for all topics of a component. */
  private authentication(props: Filled, component: string, secretTargetRef: ReturnType<typeof backlogTrigger>['secrets']): string {
    const metadata = metadataOf(props, `${props.app}-${component}`)
    if (!this.node.tryFindChild(component)) new TriggerAuthentication(this, component, { metadata, spec: { secretTargetRef: [...secretTargetRef] } })
    return metadata.name
  }
}
