export * from './batches.ts'
export * from './cursor.ts'
export * from './order.ts'
export * from './paged-index.ts'
