import { jobName } from '../../config/define/index.ts'
import { digestId } from './record-id.ts'

/** What Dapr takes in names of jobs, whatever its version; and nothing that looks like a digest. */
const plain = /^(?!sha256-)[A-Za-z0-9]([A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/

/** The name of a job in Dapr; an id that no name can hold stands there as its digest. */
export const nameOfJob = (kind: string, id: string): string => jobName(kind, plain.test(id) ? id : digestId(id))
