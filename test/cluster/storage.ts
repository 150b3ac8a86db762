import { stringify } from 'yaml'
import { VOLUME_FOLDER } from './mounts.ts'
import { startInside, type Namespaces } from './namespaces.ts'

/** The default StorageClass: claims in any namespace bind at once, and their volume goes with them. */
export const storageManifest = (): string => stringify({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'kubernetes.io/host-path',
  reclaimPolicy: 'Delete',
})

const OPEN_EACH = 'inotifywait --monitor --quiet --event create --format "%w%f" "$1" | while read -r folder; do chmod 0777 "$folder"; done'

/**
 * The controller manager makes the folder of a hostPath volume for root alone, and fsGroup has no effect on hostPath. So that
 * containers of any user can write, as on the volumes of a real cluster, each new folder is opened to all.
 */
export const startVolumeOpener = (namespaces: Namespaces): Promise<void> =>
  startInside(namespaces, 'volume-opener', ['sh', '-c', OPEN_EACH, 'sh', VOLUME_FOLDER])
