import { z } from 'zod'

import { type Contracts, graphRecord, type PackedContracts, unpackContracts } from '../../../config/define/index.ts'
import type { ClusterPort, KubeObject } from '../../kube/port.ts'
import type { Desired } from '../desired.ts'
import { graphIn, isGraphRecord } from '../graph.ts'
import { type ContractChange, contractChanges, type Version } from './changes.ts'

const Schema = z.record(z.string(), z.unknown())
const ByName = <T extends z.ZodType>(value: T) => z.record(z.string(), z.record(z.string(), value))

/** As `PackedContracts` of config/define. A record from before jobs were in it says nothing of them. */
const Packed = z.object({
  patterns: z.array(z.string()),
  schemas: z.object({ events: ByName(Schema), methods: ByName(z.object({ request: Schema, response: Schema })), documents: ByName(Schema), jobs: ByName(Schema).default({}) }),
}) satisfies z.ZodType<PackedContracts>

const Holder = z.object({ data: z.object({ contracts: z.string() }) })

/** The contracts in a record of the graph; undefined where it has none, or in a form from before this one. */
const contractsIn = (record: KubeObject): Contracts | undefined => {
  const { data: holder } = Holder.safeParse(record)
  const { data } = Packed.safeParse(holder && JSON.parse(holder.data.contracts))
  return data && unpackContracts(data)
}

const versionIn = (record: KubeObject): Version | undefined => {
  const contracts = contractsIn(record)
  return contracts && { graph: graphIn(record), contracts }
}

/** The breaking changes of contracts between what is deployed and what the config says; none where either says nothing of contracts. */
export const deployedChanges = async (port: ClusterPort, { stack, namespace, objects }: Desired): Promise<ContractChange[]> => {
  const [record] = objects.filter(isGraphRecord)
  const after = record && versionIn(record)
  if (!after) return []
  const found = await port.find({ apiVersion: 'v1', kind: 'ConfigMap', name: graphRecord(stack), namespace })
  const before = found && versionIn(found)
  return before ? contractChanges(before, after) : []
}
