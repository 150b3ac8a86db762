import type { LineResult } from '../../verify/index.ts'
import type { StackEvent } from '../events.ts'
import { briefOf } from './text.ts'

const states = { PASS: 'ok', FAIL: 'failed', BLOCKED: 'warning' } as const

/** A line that was judged, as a verb says it. Pure. */
export const lineCheck = (line: LineResult): StackEvent => ({ type: 'check', check: line.title, state: states[line.verdict], detail: briefOf(line) })
