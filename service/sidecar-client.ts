import { createHttpSidecar, type HttpSidecarOptions, type Sidecar } from './dapr/index.ts'
import { type Settings, SettingsError } from './settings.ts'

/**
 * The adapter of the sidecar port that the settings name. Dapr's own client is loaded only where it is chosen.
 * @throws SettingsError when it is chosen, and not installed
 */
export const createSidecarClient = async (client: Settings['SIDECAR_CLIENT'], options: HttpSidecarOptions): Promise<Sidecar> => {
  if (client === 'http') return createHttpSidecar(options)
  try {
    const { createSdkSidecar } = await import('./dapr/sdk-sidecar.ts')
    return createSdkSidecar(options)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new SettingsError(`SIDECAR_CLIENT=${client} needs the package @dapr/dapr, which the image leaves out: move it to "dependencies" of package.json, or use SIDECAR_CLIENT=http`)
  }
}
