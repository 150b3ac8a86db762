import { App } from 'cdk8s'
import type { Construct } from 'constructs'

import { type Finding, findingsOf } from '../rules/index.ts'
import { lookOnce } from './look-once.ts'

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

const held = new WeakSet<App>()

/**
 * Lets every synth of the app that a construct is in look at all that it makes, and throw a ManifestRuleError unless it keeps the
 * rules. Several constructs of an app may ask for it.
 */
export const holdToRules = (scope: Construct): void => {
  const app = App.of(scope)
  if (held.has(app)) return
  held.add(app)
  lookOnce(app, (json) => {
    const findings = findingsOf([...json.values()])
    if (findings.length > 0) throw new ManifestRuleError(findings, [...json.keys()].map(({ node }) => node.path))
  })
}
