#!/usr/bin/env node
// Node 24 runs the TypeScript as it is; an older one needs a loader, which is slower to start.
if (!process.features.typescript) (await import('tsx/esm/api')).register()
await import('./main.ts')
