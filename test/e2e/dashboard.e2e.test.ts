import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'

import { eventually } from '../../cli/eventually.ts'
import type { AnyObject } from '../../cli/kube/index.ts'
import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { accessibilityOf, startBrowser } from './dashboard/browser.ts'
import { type RunningDashboard, startDashboard } from './dashboard/dashboard-program.ts'
import { keepMended, publishUnknown } from './dashboard/letter.ts'
import { publishCanaries } from './backlog.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { target } from './target.ts'

const { apps, subscriptions } = graphOf(stack)
const [entry] = apps
const [subscription] = subscriptions
if (!entry || !subscription) throw new Error('the stack has an app and a Subscription')
/** One pod of each app is enough to be looked at. */
const single = (object: AnyObject): AnyObject => (object.kind === 'Deployment' ? { ...object, spec: { ...(object.spec as object), replicas: 1 } } : object)
const one = Object.fromEntries(apps.map(({ id }) => [id, 1]))

describe('stack dashboard, in a browser', () => {
  let deployment: Deployment
  let browser: Browser
  let [reading, writing]: (RunningDashboard | undefined)[] = []
  let page: Page
  const said: string[] = []

  const open = async ({ url }: RunningDashboard, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options })
    opened.on('pageerror', (error) => said.push(error.message))
    opened.on('console', (message) => { if (message.type() === 'error') said.push(message.text()) })
    opened.on('request', (request) => { if (!request.url().startsWith(url)) said.push(`asked for ${request.url()}`) })
    await opened.goto(url)
    await opened.locator('#graph-view svg').waitFor({ state: 'attached', timeout: 40_000 })
    return opened
  }

  beforeAll(async () => {
    const config = target()
    ;[deployment, browser] = await Promise.all([deploy(config, { environment: 'dev', change: (objects) => objects.map(single) }), startBrowser()])
    await untilReady(deployment.cluster, one)
    ;[reading, writing] = await Promise.all([startDashboard(deployment.cluster.namespace), startDashboard(deployment.cluster.namespace, '--allow-writes')])
    page = await open(reading)
  }, 240_000)
  afterAll(async () => {
    await browser.close()
    await Promise.all([reading?.stop(), writing?.stop()])
    await deployment.remove()
  }, 180_000)

  it('shows every app, what it is made of, and the graph, and asks nobody else for anything', async () => {
    for (const { id } of apps) {
      await page.locator('#apps-body tbody th', { hasText: id }).waitFor()
      expect(await page.locator('#graph-view .node.app', { hasText: id }).count()).toBe(1)
    }
    for (const { name } of subscriptions) await page.locator('#subscriptions-body tr', { hasText: name }).filter({ hasText: 'loaded' }).waitFor()
    expect(await page.locator('#components-body tbody tr').count()).toBe(graphOf(stack).components.length)
    expect(said).toEqual([])
  }, 60_000)

  const edge = () => page.locator('#graph-view .edge', { hasText: subscription.name })
  /** Waits until the edge of the Subscription shows so many calls. */
  const untilCounted = (least: number): Promise<void> =>
    eventually(async () => { expect(Number.parseInt((await edge().locator('text').last().textContent()) ?? '', 10)).toBeGreaterThanOrEqual(least) }, { seconds: 40 })
  const replayFrom = (from: Page, letter: object) =>
    from.evaluate(async (body) => {
      const response = await fetch('dead-letters/replay', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      return `${response.status} ${await response.text()}`
    }, JSON.stringify(letter))

  it('counts an event on the edge that it took, without a reload', async () => {
    await publishCanaries(deployment.cluster, subscription, 3)
    await untilCounted(3)
    await publishCanaries(deployment.cluster, subscription, 2)
    await untilCounted(5)
  }, 90_000)

  it('shows a dead letter when it comes, and fails with 403 to replay it', async () => {
    const id = await publishUnknown(deployment.cluster, subscription)
    const row = page.locator('#dead-letters-body tbody tr', { hasText: id })
    await row.waitFor({ timeout: 60_000 })
    expect(await row.textContent()).toContain(subscription.app)
    expect(await page.getByRole('button', { name: /^Replay/ }).count()).toBe(0)
    expect(await replayFrom(page, { app: subscription.app, topic: subscription.topic, id })).toMatch(/^403 .*--allow-writes/)
    expect(await row.count()).toBe(1)
    expect(said.splice(0)).toEqual([expect.stringContaining('403')])
  }, 90_000)

  it('replays one through the sidecar where writes are allowed, and for no other page', async () => {
    const url = writing?.url ?? ''
    const id = await keepMended(deployment.cluster, subscription)
    const body = JSON.stringify({ app: subscription.app, topic: subscription.topic, id })
    const foreign = await fetch(`${url}dead-letters/replay`, { method: 'POST', headers: { 'content-type': 'application/json', origin: 'https://evil.example' }, body })
    const tokenless = await fetch(new URL('/dead-letters/replay', url), { method: 'POST', headers: { 'content-type': 'application/json', origin: new URL(url).origin }, body })
    expect([foreign.status, tokenless.status]).toEqual([403, 403])
    if (!writing) throw new Error('it runs')
    const writer = await open(writing)
    await writer.getByRole('button', { name: `Replay ${id}` }).click({ timeout: 60_000 })
    await writer.getByText(`Replayed ${id}`).waitFor({ timeout: 40_000 })
    await writer.locator('#dead-letters-body tbody tr', { hasText: id }).waitFor({ state: 'detached', timeout: 60_000 })
    await writer.close()
  }, 150_000)

  it.each(['light', 'dark'] as const)('breaks no rule of accessibility in %s colours, wide and on a phone, with everything unfolded', async (colorScheme) => {
    if (!reading) throw new Error('it runs')
    const opened = await open(reading, { colorScheme, reducedMotion: 'reduce' })
    await opened.locator('#dead-letters-body .fold').first().click({ timeout: 60_000 })
    await opened.locator('#apps-body .fold').first().click()
    await opened.locator('#graph-table summary').click()
    await opened.getByRole('button', { name: 'Read', exact: true }).click()
    await opened.locator('#log-lines .app').first().waitFor({ timeout: 40_000 })
    await opened.locator('#log-lines .sidecar').first().waitFor({ timeout: 40_000 })
    expect(await accessibilityOf(opened)).toEqual([])
    await opened.setViewportSize({ width: 390, height: 844 })
    expect(await accessibilityOf(opened)).toEqual([])
    expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await opened.close()
  }, 120_000)

  it('names a Subscription that is removed behind its back, with the fix, without a reload', async () => {
    await page.evaluate('document.body.dataset.loaded = "once"')
    const { namespace, objects } = deployment.cluster
    await objects.remove({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name: subscription.name, namespace } })
    const problem = page.locator('.problem', { hasText: subscription.name })
    await problem.first().waitFor({ timeout: 60_000 })
    expect(await problem.first().locator('.fix').textContent()).toMatch(/Fix\s+\S/)
    expect(await page.getByRole('status').first().textContent()).toMatch(/wrong/)
    await page.locator('#graph-view .edge.not-loaded', { hasText: subscription.name }).waitFor({ state: 'attached', timeout: 60_000 })
    expect(await page.evaluate('document.body.dataset.loaded')).toBe('once')
  }, 150_000)

  it('ends with 130 at Ctrl-C, and leaves nothing', async () => {
    const [url, exitCode] = [reading?.url ?? '', await reading?.stop()]
    expect(exitCode).toBe(130)
    await expect(fetch(url)).rejects.toThrow()
    await page.getByText('Not connected since').waitFor()
  }, 30_000)
})
