import type { SecretstoresComponents } from '../../imports/dapr-components.ts'
import { type Backend, backendOf } from './backend.ts'

/** Backends of `secrets` components. */
export const SecretStore = {
  /** The Secrets of the stack's namespace (`secretstores.kubernetes`). Each app may read those that the config names for it, no others. */
  kubernetes: (): Backend<'secrets'> => backendOf('secrets', 'secretstores.kubernetes', {}),
  /** A JSON file (`secretstores.local.file`) of the form `{"<secret>": {"<key>": "<value>"}}`; a relative path starts at the sidecar's working folder. */
  localFile: ({ file }: { readonly file: string }): Backend<'secrets'> => backendOf('secrets', 'secretstores.local.file', { secretsFile: file, multiValued: true }),
  /**
   * Any secret store of Dapr: its type, in its newest version or as `type/version`, and its metadata by Dapr's names. What is a secret is
   * taken by reference only.
   */
  of: <T extends keyof SecretstoresComponents>(type: T, metadata: SecretstoresComponents[T]): Backend<'secrets'> => backendOf('secrets', type, metadata),
}
