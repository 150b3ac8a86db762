import { describe } from '@jest/globals'

import { describeDriftControls, driftControls } from './drift-controls.ts'

/** Only what a broker takes part in differs from one to the other; test/e2e/controls.long.test.ts has them all. */
describe('the verification of a ready stack on kafka', () => { describeDriftControls('kafka', driftControls.filter(({ criterion }) => criterion === 'SC-3')) })
