import { explain, explanationText, type Place, type StackWhy } from '../../why/index.ts'
import { connect } from '../connection.ts'
import { type Context, inPhase } from '../context.ts'
import { findStack } from '../deployed.ts'
import { type Exit, StackError } from '../errors.ts'
import { targetOf, upTargets } from '../options.ts'
import { paintOf } from '../output/colours.ts'
import { clusterPlace } from './cluster-place.ts'
import { localPlace } from './local-place.ts'
import { subjectOf, whyOf } from './module.ts'

const placeOf = async (context: Context, { graph }: StackWhy): Promise<Place> => {
  const { options, host } = context
  if (targetOf(options, upTargets) === 'local') return localPlace(host.root, options.portOffset ?? 0, graph)
  if (options.portOffset !== undefined) throw new StackError('usage', '--port-offset is for a local run', 'add --target local, or leave it out')
  const connection = await connect(options)
  return clusterPlace(connection, await findStack(context, connection.port, 'graph'), graph, options.since)
}

/** `stack why KIND/ID`: what became of one thing, and the first step that is missing. */
export const whyVerb = async (context: Context): Promise<Exit> => {
  const { host, output, operands: [operand = ''] } = context
  const why = await whyOf(host.root)
  const { name, id, kind } = subjectOf(why, operand)
  const explanation = await inPhase(context, 'looking', async () => explain(await placeOf(context, why), why, kind, { kind: name, id }, new Date()))
  output.end()
  if ('searched' in explanation) throw new StackError('failed', `nothing is known of ${explanation.subject} in ${explanation.place}: ${explanation.searched}`, 'see the id, and where it is')
  output.emit({ type: 'result', result: 'why', value: explanation })
  output.print(explanationText(explanation, paintOf(host)))
  return explanation.missing === undefined ? 'ok' : 'failed'
}
