import { componentKinds } from '../kinds.ts'
import { dnsLabel, malformedKeys, type Rule, unknown } from './checks.ts'

export const componentRules: readonly Rule[] = [
  ({ components }) => malformedKeys('components', Object.keys(components), dnsLabel),
  ({ components }) => Object.entries(components).flatMap(([name, kind]) => unknown(`components.${name}`, 'component kind', [kind], componentKinds)),
]
