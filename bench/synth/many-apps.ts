import { enableCompileCache } from 'node:module'

enableCompileCache()
const { synthRing } = await import('./ring.ts')
synthRing(Number(process.argv[2] ?? 1))
