import { pictureOf, svgOf } from '../../graph/index.ts'
import { livePicture } from '../../graph/live.ts'
import { type CriterionResult, type StackVerification, type Verification, verify } from '../../verify/index.ts'
import { junitXml } from '../../verify/junit.ts'
import { htmlReport } from '../../verify/report.ts'
import { type Connection, connect } from '../connection.ts'
import type { Context } from '../context.ts'
import { findStack, type Found } from '../deployed.ts'
import type { Exit } from '../errors.ts'
import { sightingsOf } from '../graph/sightings.ts'
import { paintOf } from '../output/colours.ts'
import { writeOut } from '../write.ts'
import { armControls, requireControls } from './controls.ts'
import { lineCheck } from './line-check.ts'
import { verificationOf } from './module.ts'
import { subjectOf } from './subject.ts'
import { verdictsText } from './text.ts'

/** Judges, and says what goes on: a phase for each criterion, a check for each line. */
const judged = async ({ output, signal }: Context, subject: Awaited<ReturnType<typeof subjectOf>>, { criteria }: StackVerification): Promise<Verification> => {
  let start = 0
  const phase = ({ id, title }: Pick<CriterionResult, 'id' | 'title'>): string => `${id} ${title}`
  return verify(criteria(subject), {
    started: (criterion) => {
      signal.throwIfAborted()
      start = performance.now()
      output.emit({ type: 'phase', phase: phase(criterion), state: 'started' })
    },
    judged: (line) => {
      output.emit(lineCheck(line))
      signal.throwIfAborted()
    },
    ended: (result) => { output.emit({ type: 'phase', phase: phase(result), state: 'done', seconds: (performance.now() - start) / 1000 }) },
  })
}

/** The report of a run: its graph shows what the criteria made flow. */
const report = async (connection: Connection, { stack, namespace }: Found, { graph }: StackVerification, verification: Verification): Promise<string> => {
  const { sightings } = await sightingsOf(connection, namespace, graph)
  const svg = await svgOf(livePicture(pictureOf(graph), sightings))
  return htmlReport(verification, { stack, namespace, cluster: connection.version, time: new Date(), graph: svg })
}

/** The verdicts, with those of the controls where they are wanted: of a stack that fails they would say nothing. */
const withControls = async (context: Context, connection: Connection, found: Found, wanted: StackVerification, verification: Verification): Promise<Verification> => {
  if (!context.options.controls) return verification
  if (verification.verdict === 'PASS') return { ...verification, controls: await armControls(context, connection, found, wanted) }
  context.output.emit({ type: 'note', text: 'no control was armed: the stack itself does not meet its criteria' })
  return verification
}

const exitOf = ({ verdict, controls }: Verification): Exit => {
  if (verdict === 'FAIL') return 'unverified'
  return controls?.verdict === 'FAIL' ? 'failed' : 'ok'
}

/** `stack verify`: judges a deployed stack by the criteria that its folder has. */
export const verifyVerb = async (context: Context): Promise<Exit> => {
  const { options, output, host } = context
  const wanted = await verificationOf(host.root)
  if (options.controls) requireControls(wanted)
  const connection = await connect(options)
  const found = await findStack(context, connection.port, 'graph')
  const subject = await subjectOf(connection, found.namespace, wanted, options.patience)
  try {
    const verification = await withControls(context, connection, found, wanted, await judged(context, subject, wanted))
    if (options.junit !== undefined) await writeOut(host.root, options.junit, junitXml(verification))
    if (options.html !== undefined) await writeOut(host.root, options.html, await report(connection, found, wanted, verification))
    output.emit({ type: 'result', result: 'verify', value: verification })
    output.print(verdictsText(verification, paintOf(host)))
    return exitOf(verification)
  } finally {
    await subject.access.close()
  }
}
