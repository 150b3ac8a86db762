import { ApiObject, App } from 'cdk8s'
import type { Construct } from 'constructs'

import { type Finding, findingsOf } from '../rules/index.ts'

/** What an app makes breaks rules; `findings` holds all of it. An expected failure: print `message`, not the stack. */
export class ManifestRuleError extends Error {
  override readonly name = 'ManifestRuleError'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[], paths: readonly string[]) {
    const lines = findings.map(({ input, path, rule, what, mend }) => `- ${paths[input] ?? ''} (${path.join('.')}): ${rule} ${what}; ${mend}`)
    super(`the manifests break ${findings.length} rule(s), see docs/rules.md\n${lines.join('\n')}`)
    this.findings = findings
  }
}

// cdk8s has the whole app validated before it writes and again for each chart that it writes: in one synth the first look counts.
const onceInSynth = (app: App, look: () => void): (() => void) => {
  const synth = app.synth.bind(app)
  let due: boolean | undefined
  app.synth = () => {
    due = true
    try {
      synth()
    } finally {
      due = undefined
    }
  }
  return () => {
    if (due !== false) look()
    if (due) due = false
  }
}

const lookAt = (app: App): void => {
  const objects = app.node.findAll().filter((one) => ApiObject.isApiObject(one))
  const findings = findingsOf(objects.map((object): unknown => object.toJson()))
  if (findings.length > 0) throw new ManifestRuleError(findings, objects.map(({ node }) => node.path))
}

const held = new WeakSet<App>()

/**
 * Lets every synth of the app that a construct is in look at all that it makes, and throw a ManifestRuleError unless it keeps the
 * rules. Several constructs of an app may ask for it.
 */
export const holdToRules = (scope: Construct): void => {
  const app = App.of(scope)
  if (held.has(app)) return
  held.add(app)
  const look = onceInSynth(app, () => { lookAt(app) })
  app.node.addValidation({
    validate: () => {
      look()
      return []
    },
  })
}
