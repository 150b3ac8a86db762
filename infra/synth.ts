import { synthSettings } from './settings.ts'
import { environments } from './tasks/environments.ts'
import { taskApp } from './tasks/task-app.ts'

/**
 * Writes the manifests that the settings ask for into the folder cdk8s chose (`output` in cdk8s.yaml).
 * @throws SettingsError when a variable cannot be used
 */
export const synth = (env: Readonly<Record<string, string | undefined>>): void => {
  const { environment, namespace, image } = synthSettings(env)
  taskApp({ environment: environments[environment], namespace, image }).synth()
}
