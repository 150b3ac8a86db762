import { diagnose } from '../../doctor/diagnosis.ts'
import { themes } from '../../doctor/rules/index.ts'
import { connect } from '../connection.ts'
import type { Context } from '../context.ts'
import { findStackIfAny } from '../deployed.ts'
import type { Exit } from '../errors.ts'
import { graphIn } from '../graph.ts'
import { paintOf } from '../output/colours.ts'
import { diagnosisText } from './text.ts'

/** As wide as what no terminal shows. */
const plainColumns = 120

/** `stack doctor`: what is wrong in a namespace, with evidence and one fix each. */
export const doctorVerb = async (context: Context): Promise<Exit> => {
  const { options, output, host } = context
  const connection = await connect(options)
  const { namespace, found, why } = await findStackIfAny(context, connection.port)
  if (!found) output.emit({ type: 'note', text: `${why}: only what needs no declaration is looked after` })
  output.emit({ type: 'phase', phase: 'look', state: 'started' })
  const start = performance.now()
  const diagnosis = await diagnose(connection.port, connection.pods(namespace), namespace, found && graphIn(found.record))
  output.emit({ type: 'phase', phase: 'look', state: 'done', seconds: (performance.now() - start) / 1000 })
  output.emit({ type: 'result', result: 'doctor', value: { namespace, ...(found && { stack: found.stack }), ...diagnosis } })
  const where = `${found ? `${found.stack} in ` : ''}namespace ${namespace}, Kubernetes ${connection.version}`
  const columns = host.stdout.isTTY ? host.stdout.columns : plainColumns
  output.print(diagnosisText(diagnosis, themes, where, columns, paintOf(host)))
  return diagnosis.findings.length === 0 ? 'ok' : 'findings'
}
