import { expect, test } from '@jest/globals'

import { appPlans } from '../deployment.ts'
import { synthesize } from '../manifests.ts'
import { withBrokenProgram } from './broken.ts'

test('the image runs the program that has the contract switched off, out of a ConfigMap', async () => {
  const objects = (await withBrokenProgram())(synthesize('redis'))
  const [plan] = appPlans(objects.map((object) => object as ReturnType<typeof synthesize>[number])).filter(({ id }) => id === 'task-api')
  expect(plan?.program).toBe('test/faults/broken-main.ts')
  const map = JSON.stringify(objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'broken-program'))
  expect(map).toContain('../../service/run.js')
  expect(map).not.toContain('import type')
})

test('fails without a Deployment to change', async () => {
  const change = await withBrokenProgram()
  expect(() => change([])).toThrow('synth wrote no Deployment task-api')
})
