import { type Backend, metadataItems } from './backend.ts'

/** Backends of `secrets` components. */
export const SecretStore = {
  /** The Secrets of the stack's namespace (`secretstores.kubernetes`). Each app may read those that the config names for it, no others. */
  kubernetes: (): Backend<'secrets'> => ({ kind: 'secrets', type: 'secretstores.kubernetes', version: 'v1', metadata: [] }),
  /** A JSON file (`secretstores.local.file`) of the form `{"<secret>": {"<key>": "<value>"}}`; a relative path starts at the sidecar's working folder. */
  localFile: ({ file }: { readonly file: string }): Backend<'secrets'> => ({
    kind: 'secrets',
    type: 'secretstores.local.file',
    version: 'v1',
    metadata: metadataItems({ secretsFile: file, multiValued: true }),
  }),
}
