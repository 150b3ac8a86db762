import { describe, expect, it } from '@jest/globals'

import { describeDriftControls, driftControls } from './drift-controls.ts'

describe('the controls of a running stack', () => {
  it('are one for each criterion that a sidecar is needed for, and one for the source', () => {
    expect(new Set(driftControls.map(({ criterion }) => criterion))).toEqual(new Set(['SC-2', 'SC-3', 'SC-4', 'SC-5']))
  })
})

describe('the verification of a ready stack on dev', () => { describeDriftControls('dev', driftControls) })
