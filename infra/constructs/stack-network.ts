import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { labelsOf, stackSelector } from './labels.ts'
import { closed } from './network-peers.ts'

export interface StackNetworkProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** What is open to whom, by the name of whose pods it is about. */
  readonly policies: readonly { readonly name: string; readonly spec: k8s.NetworkPolicySpec }[]
}

/** The NetworkPolicies of a stack: one that closes all its pods, of which there may be more than its apps', and one that opens those of each app. */
export class StackNetwork extends Construct {
  constructor(scope: Construct, id: string, { stack, policies }: StackNetworkProps) {
    super(scope, id)
    const everything = { name: `${stack}-default-deny`, spec: closed(stackSelector(stack), [], []) }
    for (const { name, spec } of [everything, ...policies]) {
      new k8s.KubeNetworkPolicy(this, name, { metadata: { name, labels: labelsOf(stack, name) }, spec })
    }
  }
}
