import { expect } from '@jest/globals'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Compares a text with a file beside the test. Written anew with `UPDATE_FILES=1 npm run unit`; a new one is written at its first run, but never in CI. */
export const expectFile = (file: URL, text: string): void => {
  const { UPDATE_FILES, CI } = process.env
  if (UPDATE_FILES || (!existsSync(file) && !CI)) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}
