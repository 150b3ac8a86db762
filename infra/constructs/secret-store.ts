import type { Backend } from './backend.ts'

/** Backends of `secrets` components. */
export const SecretStore = {
  /** The Secrets of the stack's namespace (`secretstores.kubernetes`). Each app may read those that the config names for it, no others. */
  kubernetes: (): Backend<'secrets'> => ({ kind: 'secrets', type: 'secretstores.kubernetes', version: 'v1', metadata: [] }),
}
