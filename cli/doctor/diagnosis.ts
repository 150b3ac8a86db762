import type { StackCluster } from '../kube/index.ts'
import type { ClusterPort } from '../kube/port.ts'
import type { DeployedGraph } from '../stack/graph.ts'
import type { Finding } from './finding.ts'
import { gathered } from './gather/index.ts'
import { probesWithin } from './gather/probes.ts'
import { rules } from './rules/index.ts'
import { findingsOf } from './settle.ts'
import type { Unlooked } from './unlooked.ts'

/** What a look at a namespace found. */
export interface Diagnosis {
  /** Causes only, in the order of causes; what comes of one is in its `hidden`. */
  readonly findings: readonly Finding[]
  readonly unlooked: readonly Unlooked[]
  /** How many rules were looked after. */
  readonly looked: number
}

/** How a look is made. */
export interface DiagnoseOptions {
  /** Milliseconds until a probe is given up; one that starts a program in a pod gets three times as long. @default 6000 */
  readonly probeMs?: number
}

/**
 * Looks what is wrong in a namespace; changes nothing. A probe that cannot be made is in `unlooked`, never thrown.
 * @param graph what the stack declares; without one only what can be told without it is looked after
 */
export const diagnose = async (port: ClusterPort, inside: StackCluster, namespace: string, graph: DeployedGraph | undefined, { probeMs = 6000 }: DiagnoseOptions = {}): Promise<Diagnosis> => {
  const [probes, slowProbes] = [probesWithin(probeMs), probesWithin(3 * probeMs)]
  const evidence = await gathered({ port, inside, namespace, graph, probes, slowProbes })
  return { findings: findingsOf(rules, evidence), unlooked: [...probes.unlooked, ...slowProbes.unlooked], looked: rules.length }
}

export type { Unlooked } from './unlooked.ts'
