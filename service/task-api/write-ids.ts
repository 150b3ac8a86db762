import type { HoldingDocument } from './ports.ts'

type Writes = Pick<HoldingDocument<unknown>, 'version' | 'write_id' | 'earlier_writes'>

/** How many versions before its own a document remembers the writes of: a writer that is overtaken by no more knows what became of its own. */
const remembered = 15

/** The `earlier_writes` of the version after this document's. */
export const writesOf = ({ write_id: last, earlier_writes: before }: Writes): string[] => [last, ...before].slice(0, remembered)

/** Whether a write is in what is stored now, perhaps below later ones; `forgotten` when too many came after to tell. */
export const findWrite = (stored: Writes, { version, write_id: own }: Writes): 'found' | 'missing' | 'forgotten' => {
  if (version > stored.version) return 'missing'
  const there = version === stored.version ? stored.write_id : stored.earlier_writes[stored.version - version - 1]
  if (there === undefined) return 'forgotten'
  return there === own ? 'found' : 'missing'
}
