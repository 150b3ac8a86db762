import { parseArgs } from 'node:util'

import { DlqError, exitCodes } from './errors.ts'

export const usage = `usage: npm run dlq -- COMMAND [options]
  list                    every dead letter: id, app, topic, type, failed attempts, last error
  show ID                 one dead letter with its whole event
  replay ID | --all       publish the event again, under its own id, and forget the dead letter
  drop ID | --all         forget the dead letter
options
  --app APP               only those of this app
  --json                  print JSON
  --sidecar URL           ask this sidecar instead of a cluster, such as http://127.0.0.1:3500; may be repeated
  --namespace NAME        namespace of the stack (default: STACK_NAMESPACE, else default)
  --kubeconfig FILE       cluster of the stack (default: KUBECONFIG, else ~/.kube/config)
DAPR_API_TOKEN is sent to the sidecars where it is set.
exit codes: 0 done, 1 not all of it, 2 wrong usage, 3 cluster, sidecar or store cannot be reached`

const changes = ['replay', 'drop'] as const
type Change = (typeof changes)[number]

/** What is to be done. An id left out means every dead letter. */
export type Command =
  | { readonly name: 'list' }
  | { readonly name: 'show'; readonly id: string }
  | { readonly name: Change; readonly id?: string }

export interface Arguments {
  readonly command: Command
  readonly json: boolean
  readonly app?: string | undefined
  readonly sidecars: readonly string[]
  readonly namespace?: string | undefined
  readonly kubeconfig?: string | undefined
}

const wrong = (what: string): DlqError => new DlqError(`${what}\n${usage}`, exitCodes.usage)

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        app: { type: 'string' },
        json: { type: 'boolean', default: false },
        sidecar: { type: 'string', multiple: true, default: [] },
        namespace: { type: 'string' },
        kubeconfig: { type: 'string' },
      },
    })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

const commandOf = ([name, id, ...more]: readonly string[], all: boolean): Command => {
  if (more.length > 0) throw wrong(`one ID at a time; "${more.join(' ')}" is too much`)
  if (name === 'list' && id === undefined && !all) return { name }
  if (name === 'show' && id !== undefined && !all) return { name, id }
  const change = changes.find((known) => known === name)
  if (change === undefined) throw wrong(name === undefined ? 'say what to do' : `"${[name, id].filter(Boolean).join(' ')}" is no command`)
  if ((id === undefined) !== all) throw wrong(`${change} takes either an ID or --all`)
  return { name: change, ...(id !== undefined && { id }) }
}

const isUrl = (text: string): boolean => URL.parse(text)?.protocol.startsWith('http') ?? false

/**
 * Reads the command line.
 * @throws DlqError with what is wrong and the usage
 */
export const readArguments = (args: readonly string[]): Arguments => {
  const { values, positionals } = parsed(args)
  const notUrl = values.sidecar.find((url) => !isUrl(url))
  if (notUrl !== undefined) throw wrong(`--sidecar takes a URL such as http://127.0.0.1:3500, not "${notUrl}"`)
  const { all, app, json, sidecar, namespace, kubeconfig } = values
  return { command: commandOf(positionals, all), json, app, sidecars: sidecar, namespace, kubeconfig }
}
