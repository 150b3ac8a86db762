import { type KubeObject, refOf, shortName } from '../../kube/port.ts'
import type { Connection } from '../connection.ts'
import { type Context, inPhase } from '../context.ts'
import type { Desired } from '../desired.ts'
import { contractsAccepted, tellContracts } from '../contracts/accept.ts'
import type { ContractChange } from '../contracts/changes.ts'
import { deployedChanges } from '../contracts/deployed.ts'
import { diffOf } from '../diff/diff.ts'
import { isPending, type ObjectDiff } from '../diff/object-diff.ts'
import { diffText, sumText } from '../diff/render.ts'
import { type Exit, StackError } from '../errors.ts'
import { entriesOf, outdated, type Owned, ownedOf, readInventory, writeInventory } from '../inventory.ts'
import { targetOf, upTargets } from '../options.ts'
import { synthesizeAndConnect } from '../start.ts'
import { paintOf } from '../output/colours.ts'
import type { LeftBroker } from '../brokers/backlog.ts'
import type { Leaving } from '../brokers/leave.ts'
import { switchesIn } from '../brokers/switch.ts'
import type { Built } from '../image/build.ts'
import { imageOfApps, type Tool } from '../image/plan.ts'
import { provable, proveFlow } from '../canary/prove.ts'
import { applyAll, prune } from './apply.ts'
import { confirmed, requireAnswerable } from '../confirm.ts'
import { explain } from './explain.ts'
import { localUp } from './local.ts'
import { type ApplyPhase, hasSidecar, isWorkload, phasesOf } from './phases.ts'
import { preflight } from './preflight.ts'
import { timingText } from './timings.ts'
import { NotReady, untilReady } from './wait.ts'

/** What a run of `up` knows after it has looked, and before it changes anything. */
interface Plan {
  readonly connection: Connection
  readonly desired: Desired
  readonly owned: readonly Owned[]
  readonly diffs: readonly ObjectDiff[]
  readonly contracts: readonly ContractChange[]
  /** What is to be built first. */
  readonly build?: { readonly tool: Tool; readonly image: string }
}

/** What was done before anything is applied. */
interface Prepared extends Plan {
  readonly built?: Built
  /** Brokers that the stack leaves, and whose events are to arrive. */
  readonly left: readonly LeftBroker[]
}

const check = async (context: Context, { port, version }: Connection, desired: Desired, built: readonly string[]): Promise<void> => {
  const checks = await preflight(port, version, desired, built)
  for (const one of checks) context.output.emit({ type: 'check', ...one })
  const failed = checks.filter(({ state }) => state === 'failed')
  const [first] = failed
  if (first) throw new StackError('preflight', failed.map(({ check: name, detail }) => `${name}: ${detail}`).join('; '), first.mend ?? 'see the checks')
}

const look = async (context: Context): Promise<Plan> => {
  const [desired, connection] = await inPhase(context, 'synth', () => synthesizeAndConnect(context))
  const { port } = connection
  const build = context.options.build ? { tool: await (await import('../image/build.ts')).requireBuildable(context.host), image: imageOfApps(desired.objects) } : undefined
  await inPhase(context, 'preflight', () => check(context, connection, desired, build ? [build.image] : []))
  const owned = await readInventory(port, desired.stack, desired.namespace)
  const diffs = await inPhase(context, 'diff', () => diffOf(port, desired, owned))
  for (const diff of diffs.filter(({ verdict }) => verdict !== 'same')) context.output.emit({ type: 'result', result: 'diff', value: diff })
  const contracts = await deployedChanges(port, desired)
  return { connection, desired, owned, diffs, contracts, ...(build && { build }) }
}

const refuseRefused = (diffs: readonly ObjectDiff[]): void => {
  const refused = diffs.flatMap((diff) => (diff.verdict === 'refuse' ? [`${diff.ref.kind}/${diff.ref.name}: ${diff.why}`] : []))
  if (refused.length === 0) return
  const immutable = refused.some((why) => /immutable|may not (be )?change|forbidden: updates/i.test(why))
  throw new StackError('failed', `the cluster would refuse ${refused.join('; ')}`, immutable ? 'remove that object first (kubectl delete), or change it back; nothing was changed' : 'mend it in the config; nothing was changed')
}

/** Says of what does not become ready why that is. */
const explained = async <T>({ output }: Context, { port }: Connection, namespace: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NotReady)) throw error
    output.end()
    throw await explain(port, namespace, error, (text) => { output.print(text) })
  }
}

/** Applies a phase and waits for what it runs; gives the seconds until each workload was ready. */
const doPhase = async (context: Context, { connection, desired, diffs, built }: Prepared, { objects }: ApplyPhase): Promise<ReadonlyMap<string, number>> => {
  await applyAll(connection.port, objects, diffs, context)
  if (built) {
    const created = diffs.filter(({ verdict }) => verdict === 'create').map(({ ref }) => shortName(ref))
    await (await import('../image/take.ts')).takeImage(connection.port, built, objects.filter(hasSidecar), created, context)
  }
  const workloads = objects.filter(isWorkload)
  if (workloads.length === 0) return new Map()
  const components = (app: string): readonly string[] => desired.graph.apps.find(({ id }) => id === app)?.components ?? []
  const byNamespace = Map.groupBy(workloads, ({ metadata }: KubeObject) => metadata.namespace ?? 'default')
  const waited = await Promise.all([...byNamespace].map(([namespace, own]) => explained(context, connection, namespace, () =>
    untilReady({ ...context, connection, cluster: connection.pods(namespace), components, timeoutSeconds: context.options.timeout }, own))))
  return new Map(waited.flatMap((ready) => [...ready]))
}

const union = (owned: readonly Owned[], objects: readonly KubeObject[]): Owned[] => {
  const entryOf = entriesOf(owned)
  // The digest of what was applied last stays until the new content is applied.
  return [...objects.map((object) => entryOf(refOf(object)) ?? { ...ownedOf(object), digest: '' }), ...outdated(owned, objects)]
}

/** Says where an interruption came. */
const unlessInterrupted = async <T>({ signal }: Context, phase: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!signal.aborted || error instanceof StackError) throw error
    throw new StackError('interrupted', `up was interrupted in phase ${phase}: what was applied stays and is in the inventory`, 'the same command goes on from here', { cause: error })
  }
}

const carryOut = async (context: Context, plan: Prepared): Promise<ReadonlyMap<string, number>> => {
  const { connection, desired, owned, diffs } = plan
  const ready = new Map<string, number>()
  let noted = false
  for (const phase of phasesOf(desired.objects)) {
    // What was begun is known to the next run, wherever this one ends.
    if (phase.name !== 'namespace' && !noted && diffs.some(isPending)) {
      await writeInventory(connection.port, desired, union(owned, desired.objects))
      noted = true
    }
    const done = await unlessInterrupted(context, phase.name, () => inPhase(context, phase.name, () => doPhase(context, plan, phase)))
    for (const [name, seconds] of done) ready.set(name, seconds)
  }
  if (context.options.canary && provable(desired).length > 0) {
    const prove = () => explained(context, connection, desired.namespace, () => proveFlow(context, connection, desired))
    await unlessInterrupted(context, 'events', () => inPhase(context, 'events', prove))
  }
  if (plan.left.length > 0) await (await import('../brokers/leave.ts')).requireLeftEmpty(connection, desired.namespace, plan.left)
  if (diffs.some(({ verdict }) => verdict === 'remove' || verdict === 'keep')) await inPhase(context, 'prune', () => prune(connection.port, diffs, context))
  const current = desired.objects.map(ownedOf)
  if (JSON.stringify(current) !== JSON.stringify(owned)) await writeInventory(connection.port, desired, current)
  return ready
}

const agreed = async (context: Context, { diffs, contracts }: Plan): Promise<boolean> => {
  const { output, host } = context
  if (!diffs.some(isPending)) {
    output.print(sumText(diffs))
    return true
  }
  output.print(diffText(diffs, paintOf(host)))
  tellContracts(context, contracts)
  return (await contractsAccepted(context, contracts)) && confirmed(context, 'Apply this?')
}

/** Looks what the brokers that the stack leaves have not delivered, before anything is asked. */
const leaving = async (context: Context, { connection, desired, diffs }: Plan): Promise<Leaving | undefined> => {
  const switches = switchesIn(diffs)
  if (switches.length === 0) return undefined
  const { leavingOf } = await import('../brokers/leave.ts')
  return leavingOf(context, connection, desired, switches)
}

/** Does what comes before the apply; undefined where somebody said no. */
const prepare = async (context: Context, plan: Plan, brokers: Leaving | undefined): Promise<Prepared | undefined> => {
  const { connection, desired, build } = plan
  const left = brokers ? await (await import('../brokers/leave.ts')).leave(context, connection, desired.namespace, brokers) : []
  if (!left) return undefined
  if (!build) return { ...plan, left }
  const { buildImage } = await import('../image/build.ts')
  return { ...plan, left, built: await inPhase(context, 'build', () => buildImage(context, { ...build, context: connection.context })) }
}

/** Of what is no terminal. */
const usualColumns = 80

/** Brings the stack to the cluster. */
const clusterUp = async (context: Context): Promise<Exit> => {
  requireAnswerable('up', context)
  const start = performance.now()
  const plan = await look(context)
  refuseRefused(plan.diffs)
  const brokers = await leaving(context, plan)
  const prepared = (await agreed(context, plan)) ? await prepare(context, plan, brokers) : undefined
  if (!prepared) {
    context.output.print('nothing was changed')
    return 'ok'
  }
  const ready = await carryOut(context, prepared)
  const seconds = (performance.now() - start) / 1000
  context.output.emit({ type: 'result', result: 'up', value: { seconds, changed: plan.diffs.filter(isPending).length, ready: Object.fromEntries(ready) } })
  context.output.end()
  const done = { ready, diffs: plan.diffs, delivering: provable(plan.desired).length, proven: context.options.canary, seconds }
  context.output.print(timingText(done, context.host.stdout.columns || usualColumns, paintOf(context.host)))
  return 'ok'
}

/** `stack up`: makes the cluster, or this machine, what the config says, and waits until it works. */
export const upVerb = (context: Context): Promise<Exit> => (targetOf(context.options, upTargets) === 'local' ? localUp(context) : clusterUp(context))
