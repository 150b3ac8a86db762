import { accessRules } from './access-rules.ts'
import { annotationRules } from './annotation-rules.ts'
import { componentRules } from './component-rules.ts'
import { configurationRules } from './configuration-rules.ts'
import { fieldRules } from './field-rules.ts'
import { metadataRules } from './metadata-rules.ts'
import { objectRules } from './object-rules.ts'
import { podRules } from './pod-rules.ts'
import { policyRules } from './policy-rules.ts'
import { probeRules } from './probe-rules.ts'
import { resiliencyRules } from './resiliency-rules.ts'
import type { Flaw, Rule } from './rule.ts'
import { secretRules } from './secret-rules.ts'
import { serviceRules } from './service-rules.ts'
import { sidecarRules } from './sidecar-rules.ts'
import { subscriptionRules } from './subscription-rules.ts'
import { thingsOf } from './things.ts'
import { topicRules } from './topic-rules.ts'
import { type Path, textOf, valueAt } from './values.ts'

/** All rules, in the order of docs/rules.md. */
export const rules: readonly Rule[] = [
  ...objectRules,
  ...fieldRules,
  ...componentRules,
  ...secretRules,
  ...metadataRules,
  ...topicRules,
  ...subscriptionRules,
  ...accessRules,
  ...configurationRules,
  ...resiliencyRules,
  ...annotationRules,
  ...sidecarRules,
  ...podRules,
  ...probeRules,
  ...serviceRules,
  ...policyRules,
]

/** Something that breaks a rule. */
export interface Finding {
  readonly rule: string
  /** Which of the given values it is in. */
  readonly input: number
  /** Where in that value. */
  readonly path: Path
  /** Such as `Component/store`; empty where it is no object. */
  readonly object: string
  readonly what: string
  /** What to do about it. */
  readonly mend: string
}

/** An annotation of an object, with a reason as its value, that lets it break a rule. */
export const allowance = (rule: string): string => `dapr-stack/allow.${rule}`

const nameOf = ({ kind, name }: Flaw['thing']): string => (kind === '' ? '' : `${kind}/${name}`)

const allowed = (rule: Rule, { thing }: Flaw): boolean => Boolean(textOf(valueAt(thing.body, ['metadata', 'annotations', allowance(rule.id)]))?.trim())

// As it stands after a semicolon.
const phrase = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '')

/**
 * Looks at Kubernetes objects, as YAML or JSON gives them, all together: what refers to another is looked up among them, in the same
 * namespace. Nothing is said of what refers to kinds that are not among them at all. Pure.
 */
export const findingsOf = (inputs: readonly unknown[]): Finding[] => {
  const things = thingsOf(inputs)
  return rules.flatMap((rule) =>
    rule.check(things).filter((flaw) => !allowed(rule, flaw)).map(({ thing, path, what, mend }) => ({
      rule: rule.id,
      input: thing.input,
      path: [...thing.root, ...path],
      object: nameOf(thing),
      what,
      mend: mend ?? phrase(rule.mend),
    })),
  )
}
