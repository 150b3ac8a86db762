import * as z from 'zod'

/** What a replica says of itself: the keys under which a change of its may be half done. */
export const JournalDocument = z.looseObject({
  schema: z.literal(1),
  /** False once the replica handed over or was given up: nobody writes to it any more but those who take over. */
  open: z.boolean(),
  keys: z.array(z.string()),
})
export type JournalDocument = z.infer<typeof JournalDocument>

/** The replicas that have a journal; nothing can list keys. */
export const RegistryDocument = z.looseObject({ schema: z.literal(1), replicas: z.array(z.string()) })
export type RegistryDocument = z.infer<typeof RegistryDocument>

export const registryKey = 'journals'
export const journalKey = (replica: string): string => `journal-${replica}`
