import type { Desired } from '../../desired.ts'
import { secretsFile, selfHosted, sidecarFilesOf, yamlText } from '../self-hosted.ts'
import type { TargetFiles } from '../target.ts'
import { appServices, secretsInside } from './apps.ts'
import { serversOf } from './servers.ts'

export const composeFile = 'docker-compose.yaml'

/**
 * The stack for `docker compose up`: each app with a sidecar in its network, the servers of the environment, the scheduler. Pure. `folder` is where the files go.
 * @throws StackError when the manifests need what only a cluster has
 */
export const composeFiles = (desired: Desired, _root: string, folder: string): TargetFiles => {
  const stack = selfHosted(desired, secretsInside)
  const servers = serversOf(desired.objects)
  const apps = appServices(stack, servers, desired.objects)
  const services = { ...servers.services, ...apps.services }
  const volumes = Object.fromEntries([...servers.volumes, ...apps.volumes].map((name) => [name, {}]))
  const text = yamlText({ name: desired.stack, services, ...(Object.keys(volumes).length > 0 && { volumes }) })
  return {
    files: [{ path: composeFile, text, objects: Object.keys(services) }, ...servers.files, ...sidecarFilesOf(stack)],
    ...(stack.readsSecrets && { secretsFile }),
    next: [`docker compose -f ${folder}/${composeFile} up`],
  }
}
