import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isRunning, type Owner, ownerOf } from '../../toolchain/owner.ts'
import { InTheWay } from './errors.ts'

/** The files of a run. What is in `data` stays for the next run with the same port offset; `temporary` goes with this one. */
export interface Folder {
  /** Working folder of the sidecars: state, secrets, the scheduler's data. */
  readonly data: string
  readonly temporary: string
  /** Where synth writes. */
  readonly manifests: string
  /** What every sidecar reads. */
  readonly resources: string
  /** The database of where each app's sidecar is. */
  readonly names: string
  readonly configuration: (app: string) => string
  /** Where the apps and sidecars are, while they run. */
  readonly running: string
  /** What the processes print. */
  readonly log: string
  /** What they printed before that, where there was much. */
  readonly olderLog: string
}

/** Where the run with a port offset keeps its files in a checkout. */
export const folderOf = (root: string, portOffset: number): Folder => {
  const data = join(root, '.local', `${portOffset}`)
  const temporary = join(data, 'run')
  return {
    data,
    temporary,
    manifests: join(temporary, 'manifests'),
    resources: join(temporary, 'resources'),
    names: join(temporary, 'names.db'),
    configuration: (app) => join(temporary, `configuration-${app}.yaml`),
    running: join(temporary, 'running.json'),
    log: join(temporary, 'log.jsonl'),
    olderLog: join(temporary, 'log-before.jsonl'),
  }
}

const ownerIn = async (file: string): Promise<Owner | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text === '' ? undefined : (JSON.parse(text) as Owner) // only `openFolder` writes it
}

const ownerFile = ({ temporary }: Folder): string => join(temporary, 'owner.json')

const runningOwner = async (folder: Folder): Promise<Owner | undefined> => {
  const owner = await ownerIn(ownerFile(folder))
  return owner && isRunning(owner) ? owner : undefined
}

/** Whether a run has the folder. */
export const isTaken = async (folder: Folder): Promise<boolean> => (await runningOwner(folder)) !== undefined

/**
 * Takes the folder for the process `pid`, and removes what a run that was killed has left in it.
 * @throws InTheWay while another run has it
 */
export const openFolder = async (folder: Folder, pid: number): Promise<void> => {
  const owner = await runningOwner(folder)
  if (owner) {
    throw new InTheWay(`process ${owner.pid} runs from ${folder.data} already: stop it, or add \`-- --port-offset 1000\` for a second run`)
  }
  await rm(folder.temporary, { recursive: true, force: true })
  await mkdir(folder.temporary, { recursive: true })
  await writeFile(ownerFile(folder), JSON.stringify(ownerOf(pid)))
}

/** Removes all that does not outlive the run. */
export const closeFolder = ({ temporary }: Folder): Promise<void> => rm(temporary, { recursive: true, force: true })
