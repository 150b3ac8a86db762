import type { StackGraph } from '../../config/define/index.ts'
import type { SecretstoresComponents } from '../../imports/dapr-components.ts'
import { type Backend, backendOf, type BackendOptions } from './backend.ts'

const kubernetes = 'secretstores.kubernetes'

/** The Secrets of the stack's namespace that the sidecar of an app reads from the API server. */
export const kubernetesSecrets = ({ secrets }: StackGraph, backends: Readonly<Record<string, Backend>>, app: string): string[] =>
  secrets.filter((edge) => edge.app === app && backends[edge.store]?.type === kubernetes).map(({ secret }) => secret)

/** Backends of `secrets` components. */
export const SecretStore = {
  /** The Secrets of the stack's namespace (`secretstores.kubernetes`). Each app may read those that the config names for it, no others. */
  kubernetes: (): Backend<'secrets'> => backendOf('secrets', kubernetes, {}, []),
  /** A JSON file (`secretstores.local.file`) of the form `{"<secret>": {"<key>": "<value>"}}`; a relative path starts at the sidecar's working folder. */
  localFile: ({ file }: { readonly file: string }): Backend<'secrets'> => backendOf('secrets', 'secretstores.local.file', { secretsFile: file, multiValued: true }, []),
  /**
   * Any secret store of Dapr: its type, in its newest version or as `type/version`, and its metadata by Dapr's names. What is a secret is
   * taken by reference only.
   */
  of: <T extends keyof SecretstoresComponents>(type: T, metadata: SecretstoresComponents[T], { targets }: BackendOptions = {}): Backend<'secrets'> => backendOf('secrets', type, metadata, targets),
}
