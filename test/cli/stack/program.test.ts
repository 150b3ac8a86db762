import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
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
new DaprStack(chart, 'shop', { stack, backends: { store: StateStore.redis(redis), bus: PubSub.redis(redis) }, apps: { shop: settings }, image: process.env['STACK_ENV'] === 'untagged' ? 'shop' : 'shop:1', command: () => ['shop'] })
app.synth()
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-shop-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: node main.ts\noutput: manifests\n')
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
    expect(await readdir(join(folder, 'manifests'))).toContain('shop.k8s.yaml')
    expect(stdout).toMatch(/^manifests\/shop\.k8s\.yaml\n {2}ConfigMap\/shop-graph\n/)
    expect(stdout).toMatch(/11 objects in 1 files$/)
  }, 60_000)

  test('says the same as JSON lines', async () => {
    const { stdout } = await stack(['synth', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ type: 'result', result: 'synth', value: [{ file: 'manifests/shop.k8s.yaml', objects: expect.arrayContaining(['Deployment/shop']) }] })
  }, 60_000)

  test('writes it for compose into a folder of its own, beside the manifests, and says how to start it', async () => {
    await stack(['synth'])
    const { stdout, exitCode } = await stack(['synth', '--target', 'compose'])
    expect(exitCode).toBe(0)
    expect((await readdir(join(folder, 'manifests'))).sort()).toEqual(['compose', 'shop.k8s.yaml'])
    expect((await readdir(join(folder, 'manifests/compose'))).sort()).toEqual(['configurations', 'docker-compose.yaml', 'resources'])
    expect(stdout).toMatch(/^manifests\/compose\/docker-compose\.yaml\n {2}shop\n {2}shop-daprd\n/)
    expect(stdout).toMatch(/\ndocker compose -f manifests\/compose\/docker-compose\.yaml up$/)
  }, 60_000)

  test('fails to synthesize what the app refuses, and leaves what was there, with the secrets that somebody filled in', async () => {
    await stack(['synth'])
    await stack(['synth', '--target', 'compose'])
    const [manifest, secrets] = ['manifests/shop.k8s.yaml', 'manifests/compose/secrets.json'].map((file) => join(folder, file)) as [string, string]
    await writeFile(secrets, '{"mine":{}}')
    const before = await readFile(manifest, 'utf8')
    expect((await stack(['synth', '--env', 'broken'])).exitCode).toBe(2)
    expect(await readFile(manifest, 'utf8')).toBe(before)
    expect((await stack(['synth'])).exitCode).toBe(0)
    expect(await readFile(secrets, 'utf8')).toBe('{"mine":{}}')
    expect((await readdir(folder)).filter((name) => name.startsWith('manifests'))).toEqual(['manifests'])
    await rm(secrets)
  }, 60_000)

  test('fails to write it for dapr run where an app has no source that is known, and writes nothing', async () => {
    expect(await stack(['synth', '--target', 'dapr-run'])).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^stack synth: shop is started by "shop": .*; or choose another --target$/) })
    expect(await readdir(join(folder, 'manifests'))).not.toContain('dapr-run')
  }, 60_000)

  test('draws it, as text or as a file', async () => {
    expect((await stack(['graph'])).stdout).toContain('app__shop -->|"publish"| topic__bus__orders')
    const { stdout, exitCode } = await stack(['graph', '--out', 'pictures/shop.svg'])
    expect({ stdout, exitCode }).toEqual({ stdout: 'wrote pictures/shop.svg', exitCode: 0 })
    expect(await readFile(join(folder, 'pictures/shop.svg'), 'utf8')).toContain('>orders</text>')
  }, 60_000)

  test('fails with the words of an app that refuses', async () => {
    expect(await stack(['synth', '--env', 'broken'])).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(/^stack synth: STACK_ENV: "broken" is no environment; .*$/) })
  }, 60_000)

  test('fails with all that breaks a rule, though the app does not catch it', async () => {
    const { exitCode, stderr } = await stack(['synth', '--env', 'untagged'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/the manifests break 1 rule\(s\), see docs\/rules\.md\n- shop\/.* image-tag the image of container shop is shop, without a tag; name a tag/)
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
    [['up', '--target', 'moon'], /--target: "moon" is no target; use one of cluster, local; see --help/],
    [['up', '--target', 'local', '--env', 'kafka', '--build'], /--target local runs the environment local, and has no use for --env, --build; leave them out/],
    [['up', '--target', 'local', '--json'], /--target local writes no JSON; leave --json out/],
    [['up', '--undelivered', 'lose'], /--undelivered: "lose" is none of wait, leave/],
    [['synth', 'extra'], /too many arguments/],
    [['synth', '--target', 'swarm'], /--target: "swarm" is no target; use one of kubernetes, compose, dapr-run/],
    [['logs', '--since', 'noon'], /--since: "noon" is no time span/],
    [['graph', '--format', 'gif'], /"gif" is no format; use mermaid, dot, svg, png/],
    [['graph', '--format', 'png'], /a PNG is no text; give it --out FILE/],
    [['graph', '--out', 'picture'], /--out picture: the name says no format/],
    [['graph', '--live', '--env', 'dev'], /--env is of the config, and --live/],
    [['verify'], /has no "verify"; name the module with the success criteria there/],
    [['why', 'order/1'], /has no "verify"; name the module/],
    [['why'], /missing required argument 'kind\/id'/],
    [['secrets', 'create', '--exit-code'], /unknown option '--exit-code'/],
    [['secrets', 'rotate'], /missing required argument 'name'/],
    [['secrets', 'create', '--generate', 'token'], /--generate "token" is not of the form NAME\/KEY/],
    [['secrets', 'create', '--json', '--from-file', 'a/b=', '--env', 'x'], /--from-file "a\/b=…" is not of the form NAME\/KEY=FILE/],
  ])('fails on %j', async (args, message) => {
    expect(await stack(args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
  }, 60_000)

  test('helps, with an example for each verb', async () => {
    const { stdout, exitCode } = await stack(['--help'])
    expect(exitCode).toBe(0)
    for (const { example } of verbs) expect(stdout).toContain(`npx stack ${example}`)
  }, 60_000)

  test.each(verbs.map(({ name, example }) => [name, example]))('helps with %s', async (name, example) => {
    const { stdout, exitCode } = await stack([...name.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Example:\n  npx stack ${example}`)
  }, 60_000)
})

describe('stack lint', () => {
  const unscoped = 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: store }\nspec: { type: state.redis, version: v1, metadata: [{ name: redisHost, value: "redis:6379" }] }\n'
  const lint = (args: readonly string[], input = '') => execa(process.execPath, [join(root, 'cli/stack/stack.mjs'), 'lint', ...args], { cwd: folder, env: { NODE_OPTIONS: '' }, reject: false, input })

  test('says where a file breaks which rule, and ends with its own code', async () => {
    await writeFile(join(folder, 'store.yaml'), unscoped)
    const { stdout, exitCode } = await lint(['store.yaml'])
    expect(exitCode).toBe(exits.findings.code)
    expect(stdout).toMatch(/^store\.yaml:1 component-scopes Component store has no scopes; list .*\n1 finding in 1 file/)
  }, 60_000)

  test('looks at all the YAML in a folder together', async () => {
    await mkdir(join(folder, 'k8s/components'), { recursive: true })
    await writeFile(join(folder, 'k8s/components/store.yaml'), unscoped)
    await writeFile(join(folder, 'k8s/again.yml'), unscoped)
    await writeFile(join(folder, 'k8s/notes.txt'), 'no YAML')
    const { stdout } = await lint(['k8s'])
    expect(stdout).toMatch(/k8s\/components\/store\.yaml:3 duplicate-object/)
    expect(stdout).toMatch(/3 findings in 2 files/)
  }, 60_000)

  test('takes what is piped in, and says the same as JSON lines', async () => {
    const { stdout, exitCode } = await lint(['--json', '-'], unscoped)
    expect(exitCode).toBe(exits.findings.code)
    expect(JSON.parse(stdout)).toMatchObject({ type: 'result', result: 'finding', value: { file: 'stdin', line: 1, rule: 'component-scopes', object: 'Component/store' } })
  }, 60_000)

  test('ends with 0 when all rules are kept', async () => {
    expect(await lint(['-'], `${unscoped}scopes: [shop]\n`)).toMatchObject({ exitCode: 0, stdout: 'no findings in 1 file' })
  }, 60_000)

  test.each([[[], /missing required argument/], [['none.yaml'], /none\.yaml cannot be read: .*; name a YAML file/], [['empty'], /there is no YAML file in empty; name a file/]])('fails on %j', async (args, message) => {
    await mkdir(join(folder, 'empty'), { recursive: true })
    expect(await lint(args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
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
