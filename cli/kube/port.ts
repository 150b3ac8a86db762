/** What needs no client library: quick to load. The rest of this folder takes half a second. */
export * from './cluster-port.ts'
export * from './rest.ts'
