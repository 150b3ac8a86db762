import { Construct } from 'constructs'

import { type AnyStack, type AppOf, graphOf, longestRetentionHours, type StackGraph, topicRights } from '../../config/define/index.ts'
import { appNetwork } from './app-network.ts'
import type { AppSettings } from './app-settings.ts'
import type { Backend, Backends } from './backend.ts'
import { backlogsOf } from './backlog.ts'
import { DaprApp } from './dapr-app.ts'
import { DaprComponent } from './dapr-component.ts'
import { DaprConfiguration } from './dapr-configuration.ts'
import { DaprDeadLetters } from './dapr-dead-letters.ts'
import { DaprResiliency } from './dapr-resiliency.ts'
import { DaprSubscription } from './dapr-subscription.ts'
import { configDigest } from './digest.ts'
import { GraphRecord } from './graph-record.ts'
import { holdToRules } from './hold-to-rules.ts'
import { namespaceOf } from './namespace-of.ts'
import type { NetworkSettings } from './network-settings.ts'
import { kubernetesSecrets } from './secret-store.ts'
import { StackNetwork } from './stack-network.ts'
import type { Tracing } from './tracing.ts'

export interface DaprStackProps<St extends AnyStack> {
  /** The stack, from `defineStack`. */
  readonly stack: St
  /** What stands behind each component. Another broker is another value here, and nothing else. */
  readonly backends: Backends<St>
  /** Replicas, Service port and resources of the apps. */
  readonly apps: Readonly<Record<AppOf<St>, AppSettings>>
  /** Image of all apps, with a tag. */
  readonly image: string
  /** Program and arguments that start an app in that image. */
  readonly command: (app: AppOf<St>) => readonly string[]
  /**
   * Where the sidecars send their part of traces.
   * @default - nowhere
   */
  readonly tracing?: Tracing | undefined
  /**
   * What NetworkPolicies need to know of the cluster. Pods of the stack reach, and are reached by, what the graph says and nothing else.
   * @default - what Dapr's and Kubernetes' documentation install
   */
  readonly network?: NetworkSettings | undefined
}

/**
 * A whole stack: a record of its graph, its Dapr components, subscriptions, resiliency and configurations, its
 * NetworkPolicies, and its apps. The construct's id is the
 * stack's name in labels; object names are those of the config. Use it in a Chart with a `namespace`. Its app is held to the rules of
 * docs/rules.md at every synth.
 */
export class DaprStack<St extends AnyStack> extends Construct {
  constructor(scope: Construct, id: string, props: DaprStackProps<St>) {
    super(scope, id)
    holdToRules(this)
    const graph = graphOf(props.stack)
    new GraphRecord(this, 'graph', { name: id, stack: props.stack, graph })
    // Written in this order: components before the apps that load them. Dependencies would say so, too, at the cost of one for each pair of objects.
    this.addDapr(id, graph, props)
    this.addNetwork(id, graph, props)
    this.addApps(id, graph, props)
  }

  private addDapr(name: string, graph: StackGraph, { stack, backends, tracing }: DaprStackProps<St>): Construct {
    const scope = new Construct(this, 'dapr')
    const behind: Readonly<Record<string, Backend>> = backends
    for (const component of graph.components) {
      const backend = behind[component.name]
      const [rights, retentionHours] = [topicRights(graph, component.name), longestRetentionHours(graph, component.name)]
      if (backend) new DaprComponent(scope, component.name, { stack: name, component, backend, rights, retentionHours })
    }
    for (const subscription of graph.subscriptions) {
      new DaprSubscription(scope, subscription.name, { stack: name, subscription })
      new DaprDeadLetters(scope, subscription.deadLetters.name, { stack: name, subscription })
    }
    const namespace = namespaceOf(this)
    for (const { id: app, components } of graph.apps) {
      const calls = components.length > 0 || graph.invocations.some(({ caller }) => caller === app)
      if (calls) new DaprResiliency(scope, `${app}-resiliency`, { stack: name, app, graph, delivery: stack.delivery, resilience: stack.resilience })
      new DaprConfiguration(scope, `${app}-configuration`, { stack: name, app, graph, namespace, tracing })
    }
    return scope
  }

  private addNetwork(name: string, graph: StackGraph, { backends, apps, tracing, network = {} }: DaprStackProps<St>): Construct {
    const settings: Readonly<Record<string, AppSettings>> = apps
    const policies = graph.apps.map((app) => ({ name: app.id, spec: appNetwork({ app, graph, backends, settings: settings[app.id] ?? {}, network, tracing }) }))
    return new StackNetwork(this, 'network', { stack: name, policies })
  }

  private addApps(name: string, graph: StackGraph, { stack, backends, apps, image, command, tracing }: DaprStackProps<St>): Construct {
    const scope = new Construct(this, 'apps')
    for (const app of graph.apps) {
      const id = app.id as AppOf<St> // The graph's app ids are the keys of `services`.
      const digest = configDigest(stack, graph, id, backends, tracing)
      const secrets = kubernetesSecrets(graph, backends, id)
      new DaprApp(scope, id, { stack: name, app, graph, secrets, image, command: command(id), shutdown: stack.shutdown, configDigest: digest, backlogs: backlogsOf(graph, id, backends), ...apps[id] })
    }
    return scope
  }
}
