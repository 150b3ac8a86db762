import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { exits } from '../../../cli/stack/errors.ts'
import { flags } from '../../../cli/stack/options.ts'
import { verbs } from '../../../cli/stack/verbs.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A second stack, in a folder of its own: nothing of the task stack, and another name for everything. */
const shop = `
import { App, Chart } from 'cdk8s'
import { z } from 'zod'
import { defineStack } from '${root}config/define/index.ts'
import { DaprStack, PubSub, StateStore } from '${root}infra/constructs/index.ts'

if (process.env['STACK_ENV'] === 'broken') { console.error('STACK_ENV: "broken" is no environment'); process.exit(2) }
const stack = defineStack({
  components: { store: 'state', bus: 'pubsub' },
  topics: { orders: { pubsub: 'bus', events: { placed: z.object({ id: z.string() }) } } },
  services: { shop: { port: 8000, state: ['store'], publishes: ['orders'] } },
})
const app = new App({ recordConstructMetadata: false })
const chart = new Chart(app, 'shop', { namespace: 'market', disableResourceNameHashes: true })
const settings = { replicas: 1, servicePort: 80, resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '20m', memory: '32Mi' } } }
const redis = { host: 'redis:6379' }
new DaprStack(chart, 'shop', { stack, backends: { store: StateStore.redis(redis), bus: PubSub.redis(redis) }, apps: { shop: settings }, image: 'shop:1', command: () => ['shop'] })
app.synth()
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-shop-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: node --import tsx main.ts\noutput: manifests\n')
  await writeFile(join(folder, 'main.ts'), shop)
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs `stack` as a process, in the folder of the second stack. */
const stack = (args: readonly string[], { cwd = folder, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}) =>
  execa(process.execPath, [join(root, 'cli/stack/stack.mjs'), ...args], { cwd, env: { NODE_OPTIONS: '', KUBECONFIG: join(folder, 'no-kubeconfig'), ...env }, reject: false, stdin: 'ignore' })

describe('stack, in the folder of any stack of the constructs', () => {
  test('synthesizes it, into the folder that cdk8s.yaml names, and says what it wrote', async () => {
    const { stdout, exitCode } = await stack(['synth'])
    expect(exitCode).toBe(0)
    expect(await readdir(join(folder, 'manifests'))).toEqual(['shop.k8s.yaml'])
    expect(stdout).toMatch(/^manifests\/shop\.k8s\.yaml\n {2}ConfigMap\/shop-graph\n/)
    expect(stdout).toMatch(/8 objects in 1 files$/)
  }, 60_000)

  test('says the same as JSON lines', async () => {
    const { stdout } = await stack(['synth', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ type: 'result', result: 'synth', value: [{ file: 'manifests/shop.k8s.yaml', objects: expect.arrayContaining(['Deployment/shop']) }] })
  }, 60_000)

  test('fails with the words of an app that refuses', async () => {
    expect(await stack(['synth', '--env', 'broken'])).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(/^stack synth: STACK_ENV: "broken" is no environment; .*$/) })
  }, 60_000)

  test('fails in a folder without a cdk8s.yaml', async () => {
    expect(await stack(['synth'], { cwd: tmpdir() })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has no cdk8s.yaml with an "app"; run stack in the folder of the stack') })
  }, 60_000)

  test('fails without a kubeconfig, in one line', async () => {
    const { exitCode, stderr } = await stack(['diff'])
    expect({ exitCode, lines: stderr.split('\n').length }).toEqual({ exitCode: 6, lines: 1 })
    expect(stderr).toMatch(/^stack diff: the kubeconfig cannot be read: .*; see KUBECONFIG or --kubeconfig/)
  }, 60_000)

  test('fails when a verb would have to ask and nobody is there', async () => {
    for (const args of [['up'], ['up', '--json']]) expect(await stack(args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give it --yes') })
  }, 60_000)

  test.each([
    [['frob'], /unknown command 'frob'/],
    [['synth', '--frob'], /unknown option '--frob'/],
    [['up', '--timeout', 'soon'], /--timeout: .*; see --help/],
    [['up', '--target', 'moon'], /--target: "moon" is none of cluster, local; see --help/],
    [['up', '--target', 'local', '--json'], /--target local writes no JSON; leave --json out/],
    [['up', '--undelivered', 'lose'], /--undelivered: "lose" is none of wait, leave/],
    [['synth', 'extra'], /too many arguments/],
  ])('fails on %j', async (args, message) => {
    expect(await stack(args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
  }, 60_000)

  test('helps, with an example for each verb', async () => {
    const { stdout, exitCode } = await stack(['--help'])
    expect(exitCode).toBe(0)
    for (const { example } of verbs) expect(stdout).toContain(`npx stack ${example}`)
  }, 60_000)

  test.each(verbs.map(({ name, example }) => [name, example]))('helps with %s', async (name, example) => {
    const { stdout, exitCode } = await stack([name, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Example:\n  npx stack ${example}`)
  }, 60_000)
})

describe('docs/cli.md', () => {
  const rows = async (heading: string): Promise<string[][]> => {
    const text = await readFile(join(root, 'docs/cli.md'), 'utf8')
    const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
    const lines = section.split('\n').filter((line) => line.startsWith('|')).slice(2)
    return lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
  }

  test('has the exit codes of the program, and no others', async () => {
    expect(await rows('Exit codes')).toEqual(Object.values(exits).map(({ code, means, mend }) => [String(code), means, mend]))
  })

  test('has the verbs of the program with their flags, and no others', async () => {
    const known = verbs.map(({ name, summary, takes }) => [`\`${name}\``, summary, takes.map((flag) => `\`${/--[\w-]+/.exec(flags[flag].flags)?.[0] ?? ''}\``).join(' ')])
    expect(await rows('Verbs')).toEqual(known)
  })
})
