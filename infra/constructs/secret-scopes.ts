import type { StackGraph } from '../../config/define/index.ts'
import type { ConfigurationSpecSecretsScopes } from '../../imports/dapr.io.ts'

/** The store that a sidecar on Kubernetes has without a component. */
const builtIn = 'kubernetes'

/** What an app may read of each secret store by its sidecar: the secrets that the config names for it. */
export const secretScopes = ({ components, secrets }: StackGraph, app: string): ConfigurationSpecSecretsScopes[] => {
  const stores = [builtIn, ...components.filter(({ kind }) => kind === 'secrets').map(({ name }) => name)]
  return stores.map((storeName) => {
    // Dapr searches the list by halves: it has to be sorted.
    const allowedSecrets = secrets.filter((edge) => edge.app === app && edge.store === storeName).map(({ secret }) => secret).sort()
    return { storeName, defaultAccess: 'deny', ...(allowedSecrets.length > 0 && { allowedSecrets }) }
  })
}
