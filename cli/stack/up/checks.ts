import type { StackEvent } from '../events.ts'

/** What a check found. */
export type Check = Omit<Extract<StackEvent, { readonly type: 'check' }>, 'type'>

export const ok = (check: string, detail: string): Check => ({ check, state: 'ok', detail })
export const failed = (check: string, detail: string, mend: string): Check => ({ check, state: 'failed', detail, mend })
export const warning = (check: string, detail: string, mend: string): Check => ({ check, state: 'warning', detail, mend })
