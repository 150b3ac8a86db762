import { Writable } from 'node:stream'

import { Exec, type KubeConfig, type V1Status } from '@kubernetes/client-node'

/** A command in a container failed; `message` holds the command and what it wrote to its error output. */
export class ExecError extends Error {
  override readonly name = 'ExecError'
}

const collector = (): { readonly stream: Writable; readonly text: () => string } => {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}

/**
 * Runs a command in a container and answers with what it wrote to its standard output.
 * @throws ExecError when the command ends with another code than 0
 */
export const execIn = async (config: KubeConfig, namespace: string, pod: string, container: string, command: readonly string[]): Promise<string> => {
  const stdout = collector()
  const stderr = collector()
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec(namespace, pod, container, [...command], stdout.stream, stderr.stream, null, false, resolve).catch(reject)
  })
  if (status.status !== 'Success') throw new ExecError(`"${command.join(' ')}" in ${pod}/${container}: ${status.message ?? ''} ${stderr.text()}`)
  return stdout.text()
}
