import type { Options } from '../options.ts'
import type { LogLine } from './line.ts'

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

/** What a line must hold to be shown. Pure. */
export const wordsOf = ({ task, trace }: Pick<Options, 'task' | 'trace'>): string[] => [task, trace === undefined ? undefined : (traceparent.exec(trace)?.[1] ?? trace)].flatMap((word) => word ?? [])

/** Whether a line holds all the words. Pure. */
export const holds = ({ text }: LogLine, words: readonly string[]): boolean => words.every((word) => text.includes(word))
