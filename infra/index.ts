export * from './constructs/index.ts'
export { ManifestRuleError } from './constructs/hold-to-rules.ts'
export { serverImages } from './images.ts'
export * from './rules/index.ts'
