import { type Finding as Flaw, findingsOf } from '../../infra/rules/index.ts'
import type { Evidence } from './evidence.ts'

const found = new WeakMap<Evidence['objects'], readonly Flaw[]>()

/** What of the live objects breaks one of the rules of manifests (docs/rules.md); they are held against all rules once. */
export const flawsOf = ({ objects }: Evidence, rule: string): Flaw[] => {
  const all = found.get(objects) ?? findingsOf(objects)
  found.set(objects, all)
  return all.filter((flaw) => flaw.rule === rule)
}
