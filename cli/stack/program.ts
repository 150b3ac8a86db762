import { Command, CommanderError } from 'commander'

import { KubeRefusal, KubeUnreachable } from '../kube/port.ts'
import type { Context } from './context.ts'
import { exits, StackError } from './errors.ts'
import type { Host } from './host.ts'
import { type Options, flags, optionsOf } from './options.ts'
import { liveOutput } from './output/live.ts'
import { jsonOutput, type Output } from './output/output.ts'
import { plainOutput } from './output/plain.ts'
import { type Verb, verbs } from './verbs.ts'

const outputOf = ({ stdout, env }: Host, { json }: Options): Output => {
  const surface = { write: (text: string) => { stdout.write(text) }, colours: stdout.isTTY && !env['NO_COLOR'], now: () => new Date() }
  if (json) return jsonOutput(surface)
  return stdout.isTTY && !env['CI'] && env['TERM'] !== 'dumb' ? liveOutput({ ...surface, stream: stdout }) : plainOutput(surface)
}

const interruptedIn = (verb: string): StackError => new StackError('interrupted', `${verb} was interrupted`, 'the same command goes on from here')

/** What the API server says is for the user, wherever it comes up. */
const known = (error: unknown): unknown => {
  if (error instanceof KubeRefusal) return new StackError('failed', `the cluster refuses: ${error.message}`, 'see your permissions and what it says, then run it again', { cause: error })
  if (error instanceof KubeUnreachable) return new StackError('failed', error.message, 'run it again when the cluster answers: what was applied stays', { cause: error })
  return error
}

/** Runs a verb to its end, whatever end that is. */
const run = async (verb: Verb, operands: readonly string[], options: Options, host: Host): Promise<number> => {
  const output = outputOf(host, options)
  try {
    const work = await verb.load()
    return exits[await work({ host, options, operands, output, signal: host.interrupted } satisfies Context)].code
  } catch (error) {
    const ended = host.interrupted.aborted && !(error instanceof StackError) ? interruptedIn(verb.name) : known(error)
    if (!(ended instanceof StackError)) throw ended
    output.emit({ type: 'error', exit: ended.exit, what: ended.what, mend: ended.mend })
    output.end()
    host.writeError(`stack ${verb.name}: ${ended.message}\n`)
    return ended.exitCode
  } finally {
    output.end()
  }
}

const codes = Object.values(exits).map(({ code, means }) => `  ${String(code).padEnd(5)}${means}`)

const commandOf = (verb: Verb, action: (options: Readonly<Record<string, unknown>>, operands: readonly string[]) => Promise<void>): Command => {
  const command = new Command(verb.name.split(' ').at(-1)).summary(verb.summary).description(verb.summary)
  command.action(async () => action(command.opts(), command.args))
  if (verb.operands !== undefined) command.argument(verb.operands)
  for (const name of verb.takes) command.option(flags[name].flags, flags[name].text)
  return command.addHelpText('after', `\nExample:\n  npx stack ${verb.example}\n\nExit codes:\n${codes.join('\n')}`)
}

/** Reads the command line, runs its verb, and gives the exit code. */
export const runProgram = async (args: readonly string[], host: Host): Promise<number> => {
  let exitCode: number = exits.ok.code
  const program = new Command('stack').description('See the change of a stack, make it, watch it, undo it. It runs the app of the cdk8s.yaml beside it.')
  const examples = verbs.map(({ example }) => `  npx stack ${example}`)
  program.addHelpText('after', `\nExamples:\n${examples.join('\n')}`).helpCommand(false)
  const edges = { writeOut: (text: string) => { host.stdout.write(text) }, writeErr: host.writeError }
  for (const verb of verbs) {
    const parent = program.commands.find((command) => verb.name.startsWith(`${command.name()} `)) ?? program
    parent.addCommand(commandOf(verb, async (given, operands) => { exitCode = await run(verb, operands, optionsOf(given), host) }))
  }
  // Options after a word belong to it, and not to the verb that is the word before.
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) command.enablePositionalOptions().exitOverride().configureOutput(edges).showSuggestionAfterError().showHelpAfterError(false)
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.ok.code : exits.usage.code
    if (!(error instanceof StackError)) throw error
    host.writeError(`stack: ${error.message}\n`)
    return error.exitCode
  }
  return exitCode
}
