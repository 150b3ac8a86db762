import { describe } from '@jest/globals'

import { describeDriftControls, driftControls } from './drift-controls.ts'
import { describeStartControls, startControls } from './start-controls.ts'

describe('the verification of a ready stack on kafka', () => { describeDriftControls('kafka', driftControls) })
describe('the verification of a stack on kafka that was applied broken', () => { describeStartControls('kafka', startControls) })
