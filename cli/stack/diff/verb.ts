import type { Context } from '../context.ts'
import { tellContracts } from '../contracts/accept.ts'
import { deployedChanges } from '../contracts/deployed.ts'
import { type Exit, StackError } from '../errors.ts'
import { readInventory } from '../inventory.ts'
import { paintOf } from '../output/colours.ts'
import { synthesizeAndConnect } from '../start.ts'
import { diffOf } from './diff.ts'
import { isPending } from './object-diff.ts'
import { diffText } from './render.ts'

/** `stack diff`: what `up` would change, and nothing is changed. */
export const diffVerb = async (context: Context): Promise<Exit> => {
  const { options, output, host } = context
  const [desired, { port }] = await synthesizeAndConnect(context)
  const [diffs, contracts] = await Promise.all([readInventory(port, desired.stack, desired.namespace).then((owned) => diffOf(port, desired, owned)), deployedChanges(port, desired)])
  for (const diff of diffs) output.emit({ type: 'result', result: 'diff', value: diff })
  output.print(diffText(diffs, paintOf(host)))
  tellContracts(context, contracts)
  const refused = diffs.filter(({ verdict }) => verdict === 'refuse').length
  if (refused > 0) throw new StackError('failed', `the cluster would refuse ${refused} of ${diffs.length} objects`, 'mend what is said of them above')
  return options.exitCode && (diffs.some(isPending) || contracts.length > 0) ? 'pending' : 'ok'
}
