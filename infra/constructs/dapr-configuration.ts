import { Construct } from 'constructs'

import type { InvocationEdge, StackGraph } from '../../config/define/index.ts'
import { Configuration } from '../../imports/dapr.io.ts'
import { apiAccess } from './api-access.ts'
import { labelsOf } from './labels.ts'
import { secretScopes } from './secret-scopes.ts'
import { type Tracing, tracingSpec } from './tracing.ts'

export interface DaprConfigurationProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Id of the app whose sidecar reads this; also the object's name. */
  readonly app: string
  readonly graph: StackGraph
  /** Namespace of the callers. */
  readonly namespace: string
  /**
   * Where the sidecar sends its part of traces.
   * @default - nowhere
   */
  readonly tracing?: Tracing | undefined
}

// Sentry's default trust domain for apps; the control plane's own (`cluster.local`) gives 403.
const trustDomain = 'public'

const policyOf = (caller: string, edges: readonly InvocationEdge[], namespace: string) => ({
  appId: caller,
  namespace,
  trustDomain,
  defaultAction: 'deny',
  operations: edges.map(({ route }) => ({ name: route, httpVerb: ['POST'], action: 'allow' })),
})

/**
 * The Dapr Configuration of one app: who may invoke which of its methods, everyone else gets 403 from its sidecar; which APIs its sidecar
 * answers and which secrets it reads; and where its traces go.
 */
export class DaprConfiguration extends Construct {
  constructor(scope: Construct, id: string, { stack, app, graph, namespace, tracing }: DaprConfigurationProps) {
    super(scope, id)
    const byCaller = Map.groupBy(graph.invocations.filter(({ callee }) => callee === app), ({ caller }) => caller)
    new Configuration(this, 'Resource', {
      metadata: { name: app, labels: labelsOf(stack, app) },
      spec: {
        accessControl: {
          defaultAction: 'deny',
          trustDomain,
          policies: [...byCaller].map(([caller, edges]) => policyOf(caller, edges, namespace)),
        },
        api: { allowed: apiAccess(graph, app) },
        secrets: { scopes: secretScopes(graph, app) },
        ...(tracing && { tracing: tracingSpec(tracing) }),
      },
    })
  }
}
