import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'

import { type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import type { Verification } from '../../cli/verify/index.ts'
import { freshNamespace, removeNamespace } from './deployment.ts'
import { eventsOf, program, resultOf } from './stack-program.ts'
import { target } from './target.ts'

/** A stack without apps: it is well when a ConfigMap says so. Its app writes by the variables that synth gives it. */
const app = `
const settings = (name, data, labels = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: process.env.STACK_NAMESPACE, labels: { 'app.kubernetes.io/part-of': 'small', ...labels } }, data })
const graph = { apps: [], components: [], topics: [], subscriptions: [], invocations: [], secrets: [] }
const stray = process.env.STACK_ENV === 'stray' ? [{ ...settings('stray', {}), metadata: { name: 'stray', namespace: 'default' } }] : []
const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: process.env.STACK_NAMESPACE } }, settings('small-graph', { graph: JSON.stringify(graph) }, { 'dapr-stack/record': 'graph' }), settings('health', { is: 'well' }), ...stray]
require('node:fs').writeFileSync(process.env.CDK8S_OUTDIR + '/objects.yaml', objects.map((object) => JSON.stringify(object)).join('\\n---\\n'))
`

const verification = (library: string) => `
import { eventually } from '${resolve('cli/eventually.ts')}'
import { changing, ensure } from '${library}'
const health = async ({ cluster }) => (await cluster.objects.find('v1', 'ConfigMap', cluster.namespace, 'health')).data.is
const saying = (is) => (object) => ({ ...object, data: { is } })
const criteria = (deployed) => [
  { id: 'A', title: 'Health', lines: [{ title: 'it is well', check: async () => { const is = await health(deployed); ensure(is !== 'ill', 'it is ' + is); return [is] } }] },
  { id: 'B', title: 'Mind', dependsOn: 'A', lines: [{ title: 'it is glad', check: async () => { const is = await health(deployed); ensure(is !== 'sad', 'it is ' + is); return [is] } }] },
]
const running = (is, untilBroken = async () => undefined) => ({ when: 'running', kind: 'ConfigMap', name: 'health', change: saying(is), untilBroken, untilWhole: async () => undefined })
const controls = [
  { criterion: 'A', broken: 'it is ill', says: ['it is ill'], breakage: running('ill') },
  { criterion: 'B', broken: 'it starts sad', says: ['it is sad'], breakage: { when: 'applied', change: changing('ConfigMap', 'health', saying('sad')), untilTried: async () => undefined } },
  ...(process.env.CONTROLS === 'unnoticed' ? [{ criterion: 'A', broken: 'it is tired', says: [], breakage: running('tired') }] : []),
  ...(process.env.CONTROLS === 'endless' ? [{ criterion: 'A', broken: 'nothing happens', says: [], breakage: running('ill', ({ cluster }) => eventually(async () => { await cluster.pods('any'); throw new Error('not yet') }, { seconds: 300 })) }] : []),
]
export const verification = { graph: { apps: [], components: [], topics: [], subscriptions: [], invocations: [], secrets: [] }, sources: [], criteria, controls }
`

describe('stack verify --controls', () => {
  const namespace = freshNamespace()
  let folder = ''
  let cluster: StackCluster

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stack-controls-'))
    await writeFile(join(folder, 'app.cjs'), app)
    await writeFile(join(folder, 'verification.ts'), verification(resolve('cli/verify/index.ts')))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'cdk8s.yaml'), 'app: node app.cjs\nverify: verification.ts\n')
    cluster = stackCluster(target(), namespace)
    await execa(process.execPath, ['app.cjs'], { cwd: folder, env: { STACK_NAMESPACE: namespace, CDK8S_OUTDIR: folder } })
    const objects = (await readFile(join(folder, 'objects.yaml'), 'utf8')).split('\n---\n').map((text) => JSON.parse(text) as AnyObject)
    for (const object of objects) await cluster.objects.apply(object)
  }, 60_000)
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await removeNamespace(cluster)
  }, 120_000)

  const verify = (controls: string, ...flags: string[]) => execa(process.execPath, [program, 'verify', '--controls', ...flags], { cwd: folder, env: { STACK_NAMESPACE: namespace, CONTROLS: controls, NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })
  const named = ({ metadata }: AnyObject): string => metadata?.name ?? ''
  /** Namespaces of the controls of this stack that are there. */
  const scratches = async (): Promise<string[]> => (await cluster.objects.list('v1', 'Namespace', '')).map(named).filter((name) => name.startsWith('small-controls-'))
  const health = async () => (await cluster.objects.find('v1', 'ConfigMap', namespace, 'health')) as AnyObject & { data: unknown }

  it('judges the stack, then breaks another one, and ends with 0 when each criterion notices what is broken', async () => {
    const { stdout, stderr, exitCode } = await verify('', '--json')
    const [judged] = resultOf(eventsOf(stdout), 'verify')
    expect({ exitCode, stderr, judged }).toMatchObject({ exitCode: 0, stderr: '', judged: { verdict: 'PASS', controls: { verdict: 'PASS' } } })
    const { controls } = judged as Verification // the verb prints nothing else under this name
    expect(controls?.lines.map(({ title }) => title)).toEqual(['the unbroken deployment meets all criteria', 'A fails when it is ill', 'B fails when it starts sad'])
    expect(controls?.lines[1]?.evidence).toEqual(['A FAIL, B BLOCKED', 'it is ill'])
    expect(await scratches()).toEqual([])
    expect(await health()).toMatchObject({ data: { is: 'well' } })
  }, 120_000)

  it('fails with 5, and names the control, when nothing notices it', async () => {
    const { stdout, exitCode } = await verify('unnoticed')
    expect(exitCode).toBe(5)
    expect(stdout).toMatch(/✗ A fails when it is tired .*\n +A reads PASS where FAIL is expected\n/)
    expect(stdout).toContain('2 of 2 criteria hold, 3 of 4 lines of their controls')
    expect(await scratches()).toEqual([])
  }, 120_000)

  it('removes the namespace when it is interrupted', async () => {
    const run = verify('endless')
    await new Promise<void>((found) => run.stdout.on('data', (text: Buffer) => { if (text.includes('A fails when nothing happens ...')) found() }))
    expect(await scratches()).toHaveLength(1)
    run.kill('SIGINT')
    const { exitCode, stderr } = await run
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringContaining('verify was interrupted') })
    expect(await scratches()).toEqual([])
  }, 120_000)

  it('fails with 2, and makes nothing, when the app puts something outside of the namespace', async () => {
    const { stderr, exitCode } = await verify('', '--env', 'stray')
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(/the app does not put all into the namespace that STACK_NAMESPACE names, .*: ConfigMap\/stray \(default\); have the app read STACK_NAMESPACE/) })
    expect(await scratches()).toEqual([])
  }, 60_000)

  it('arms nothing, and ends with 7, when the stack itself fails', async () => {
    await cluster.objects.apply({ ...(await health()), metadata: { name: 'health', namespace, labels: { 'app.kubernetes.io/part-of': 'small' } }, data: { is: 'ill' } } as AnyObject)
    const { stdout, exitCode } = await verify('')
    expect(exitCode).toBe(7)
    expect(stdout).toContain('no control was armed: the stack itself does not meet its criteria')
  }, 60_000)
})
