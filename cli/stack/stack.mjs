#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'

// Loading is most of what a short verb does.
enableCompileCache()

// The package holds JavaScript only; the checkout runs its source.
const source = new URL('main.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../../lib/cli/stack/main.js', import.meta.url).href)
