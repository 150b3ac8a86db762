export * from './criterion.ts'
export * from './summary.ts'
export * from './verification.ts'
