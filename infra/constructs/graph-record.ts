import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { type AnyStack, contractsOf, type GraphData, graphRecord, packContracts, recordLabel, type StackGraph } from '../../config/define/index.ts'
import { labelsOf } from './labels.ts'

export interface GraphRecordProps {
  /** Name of the stack, for the object's name and its labels. */
  readonly name: string
  readonly stack: AnyStack
  readonly graph: StackGraph
}

/** A ConfigMap that holds the stack's graph and contracts, for tools that look at a deployed stack and have no config of it. */
export class GraphRecord extends Construct {
  constructor(scope: Construct, id: string, { name, stack, graph }: GraphRecordProps) {
    super(scope, id)
    const data = { graph, contracts: packContracts(contractsOf(stack)) } satisfies GraphData
    new k8s.KubeConfigMap(this, 'Resource', {
      metadata: { name: graphRecord(name), labels: { ...labelsOf(name, graphRecord(name)), [recordLabel]: 'graph' } },
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)])),
    })
  }
}
