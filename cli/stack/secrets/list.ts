import type { Context } from '../context.ts'
import type { Exit } from '../errors.ts'
import { type Paint, paintOf } from '../output/colours.ts'
import { synthesizeAndConnect } from '../start.ts'
import { isMissing, nameOf, type SecretState, secretStates } from './states.ts'

const stateText = ({ there, required }: SecretState, paint: Paint): string => (there ? paint('green', 'there') : required ? paint('red', 'missing') : paint('yellow', 'missing, and not needed to start'))

/** The Secrets as a list for people; no values. */
export const secretsText = (states: readonly SecretState[], paint: Paint): string => {
  const width = Math.max(0, ...states.map((state) => nameOf(state).length))
  const lines = states.map((state) => `${nameOf(state).padEnd(width)}  ${stateText(state, paint)}, for ${state.by.join(', ')}`)
  const missing = states.filter(isMissing).length
  const sum = states.length === 0 ? 'the config names no Secrets' : missing === 0 ? 'all that is needed is there' : `${missing} missing: stack secrets create`
  return [...lines, sum].join('\n')
}

/** `stack secrets`: the Secrets that the config names, and whether they are there. */
export const secretsVerb = async (context: Context): Promise<Exit> => {
  const { output, host, options } = context
  const [desired, { port }] = await synthesizeAndConnect(context)
  const states = await secretStates(port, desired)
  output.emit({ type: 'result', result: 'secrets', value: states })
  output.print(secretsText(states, paintOf(host)))
  return options.exitCode && states.some(isMissing) ? 'pending' : 'ok'
}
