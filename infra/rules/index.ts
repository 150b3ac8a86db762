export * from './findings.ts'
export type { Rule } from './rule.ts'
