import { writeConfirmed } from '../confirmed-write.ts'
import { EtagMismatch } from '../sidecar-errors.ts'
import type { StateStore } from '../state-store.ts'
import { RegistryDocument, registryKey } from './documents.ts'

/** The list of replicas that have a journal, changed by compare-and-swap alone. */
export interface Registry {
  list(): Promise<readonly string[]>
  add(replica: string): Promise<void>
  remove(replica: string): Promise<void>
}

const maxAttempts = 10

/** Nothing is taken from what another version wrote but the list. */
const withReplicas = (document: RegistryDocument | undefined, replicas: string[]): RegistryDocument => ({ ...document, schema: 1, replicas })

export const createRegistry = (state: StateStore): Registry => {
  const change = async (isDone: (replicas: readonly string[]) => boolean, next: (replicas: readonly string[]) => string[]): Promise<void> => {
    for (let count = 1; count <= maxAttempts; count += 1) {
      const stored = await state.get(registryKey, RegistryDocument)
      const replicas = stored?.value.replicas ?? []
      if (isDone(replicas)) return
      const { written } = await writeConfirmed(state, {
        key: registryKey,
        value: withReplicas(stored?.value, next(replicas)),
        precondition: stored ? { etag: stored.etag } : { firstWrite: true },
        parser: RegistryDocument,
        isOwn: (current) => isDone(current.replicas),
      })
      if (written) return
    }
    throw new EtagMismatch(`"${registryKey}"`, `others were faster at each of ${maxAttempts} attempts`)
  }
  return {
    list: async () => (await state.get(registryKey, RegistryDocument))?.value.replicas ?? [],
    add: (replica) => change((replicas) => replicas.includes(replica), (replicas) => [...replicas, replica]),
    remove: (replica) => change((replicas) => !replicas.includes(replica), (replicas) => replicas.filter((other) => other !== replica)),
  }
}
