export * from './dot.ts'
export * from './mermaid.ts'
export * from './picture.ts'
export * from './svg.ts'
