import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ApiObject, App, Chart, Lazy } from 'cdk8s'
import { z } from 'zod'

import { defineStack } from '../../../config/define/index.ts'
import { type AppSettings, DaprStack, StateStore } from '../../../infra/constructs/index.ts'
import { ManifestRuleError } from '../../../infra/constructs/hold-to-rules.ts'

const stack = defineStack({
  components: { store: 'state' },
  topics: {},
  services: { shop: { port: 8000, state: ['store'], methods: { order: { request: z.string(), response: z.string() } } } },
})
const settings: AppSettings = { replicas: 1, servicePort: 80, resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '20m', memory: '32Mi' } } }

let outdir: string

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'rules-'))
})

afterAll(() => {
  rmSync(outdir, { recursive: true })
})

/** An app with a chart that holds the stack. */
const shopApp = ({ image = 'shop:1' } = {}): { readonly app: App; readonly chart: Chart } => {
  const app = new App({ recordConstructMetadata: false, outdir })
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true })
  new DaprStack(chart, 'shop', { stack, backends: { store: StateStore.redis({ host: 'redis:6379' }) }, apps: { shop: settings }, image, command: () => ['shop'] })
  return { app, chart }
}

/** Adds a Component that breaks two rules. */
const addComponent = (chart: Chart, name: string): void => {
  new ApiObject(chart, name, { apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name }, spec: { type: 'state.rediss', version: 'v1', metadata: [] } })
}

const refusalOf = (app: App): ManifestRuleError => {
  try {
    app.synthYaml()
  } catch (error) {
    if (error instanceof ManifestRuleError) return error
    throw error
  }
  throw new Error('the synth was not refused')
}

describe('the synth of an app with a DaprStack', () => {
  test('passes when it keeps the rules', () => {
    expect(shopApp().app.synthYaml()).toContain('kind: Component')
  })

  test('fails with the construct, the place, the rule and the mend', () => {
    const { message } = refusalOf(shopApp({ image: 'shop' }).app)
    expect(message).toBe(
      'the manifests break 1 rule(s), see docs/rules.md\n' +
        '- shop/shop/apps/shop/Resource (spec.template.spec.containers.0.image): image-tag the image of container shop is shop, without a tag; name a tag that does not move, or a digest',
    )
  })

  test('makes each object JSON once, however many charts are written', () => {
    const { app } = shopApp()
    const name = jest.fn(() => 'other')
    new ApiObject(new Chart(app, 'other'), 'other', { apiVersion: 'v1', kind: 'ConfigMap', data: { name: Lazy.any({ produce: name }) as unknown } })
    app.synth()
    expect(name).toHaveBeenCalledTimes(1)
  })

  test('fails for what was added after an earlier synth', () => {
    const { app, chart } = shopApp()
    app.synth()
    addComponent(chart, 'late')
    expect(chart.node.findAll().filter((one) => Object.hasOwn(one, 'toJson'))).toEqual([])
    expect(() => { app.synth() }).toThrow(ManifestRuleError)
    expect(() => { chart.toJson() }).toThrow(ManifestRuleError)
  })

  test('fails for what others add to the same app, all at once', () => {
    const { app, chart } = shopApp()
    addComponent(chart, 'mine')
    expect(refusalOf(app).findings.map(({ rule, object }) => `${object} ${rule}`)).toEqual(['Component/mine component-type', 'Component/mine component-scopes'])
  })
})
