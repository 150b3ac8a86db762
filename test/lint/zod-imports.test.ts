import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, test } from '@jest/globals'

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

// By its name `z` a bundle gets all of zod with its languages, half a megabyte more in each service.
test.each(['config', 'service'])('%s takes from zod what it uses, and not all that there is', (path) => {
  const files = readdirSync(folder(path), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const imports = files.flatMap((name) => readFileSync(folder(`${path}/${name}`), 'utf8').match(/^import .* from 'zod'/gm) ?? [])
  expect(imports).toContain("import * as z from 'zod'")
  expect(imports.filter((line) => !line.startsWith('import * as z') && !line.startsWith('import type '))).toEqual([])
})
