export * from './cursor.ts'
export * from './order.ts'
export * from './paged-index.ts'
export * from './turns.ts'
