import { asksForHelp, UsageError } from '../../toolchain/command-line.ts'
import { ExpectedError } from '../../toolchain/errors.ts'
import { down, kubeconfigPath, loadImage, up } from './cluster.ts'

const USAGE = `usage: npm run cluster -- up | down | kubeconfig | load REF ARCHIVE
  up                 bring up Kubernetes with Dapr on this machine
  down               take it down and leave nothing behind
  kubeconfig         print the path of its kubeconfig
  load REF ARCHIVE   give it the image in a docker-archive, under the reference REF`

const progress = (line: string): void => { console.error(line) }

async function main([command, ...args]: readonly string[]): Promise<void> {
  const [ref, archive] = args
  if (command === 'up' && args.length === 0) progress(`KUBECONFIG=${await up(progress)}`)
  else if (command === 'down' && args.length === 0) await down(progress)
  else if (command === 'kubeconfig' && args.length === 0) console.log(await kubeconfigPath())
  else if (command === 'load' && ref !== undefined && archive !== undefined && args.length === 2) await loadImage(archive, { ref })
  else throw new UsageError(USAGE)
}

// What was begun stays in the record of the instance, so the next "up" or "down" finds and removes it.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  process.once(signal, () => {
    progress('interrupted: "npm run cluster -- down" removes what was begun')
    process.exit(code)
  })
}

try {
  const args = process.argv.slice(2)
  if (asksForHelp(args)) console.log(USAGE)
  else await main(args)
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
