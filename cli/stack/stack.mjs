#!/usr/bin/env node
import { existsSync } from 'node:fs'

// The package holds JavaScript only; the checkout runs its source.
const source = new URL('main.ts', import.meta.url)
const isCheckout = existsSync(source)
// Node 24 runs the TypeScript as it is; an older one needs a loader, which is slower to start.
if (isCheckout && !process.features.typescript) (await import('tsx/esm/api')).register()
await import(isCheckout ? source.href : new URL('../../lib/cli/stack/main.js', import.meta.url).href)
