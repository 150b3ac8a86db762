import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { reportDone } from './watched-process.mjs'

const none = () => ({ passed: 0, failed: 0, skipped: 0 })

/** Adds a line with the totals of a run to `.results/<project>.jsonl`, for `.ci/totals.mjs`. A file that could not run is one failure. Tells `test/jest.mjs` that the run is over. */
export default class TotalsReporter {
  constructor({ rootDir }) {
    this.folder = join(rootDir, '.results')
  }

  onRunComplete(_contexts, { testResults, success }) {
    const totals = new Map()
    for (const file of testResults) {
      const project = file.displayName?.name ?? 'tests'
      const sum = totals.get(project) ?? none()
      const failed = file.numFailingTests === 0 && file.testExecError ? 1 : file.numFailingTests
      totals.set(project, {
        passed: sum.passed + file.numPassingTests,
        failed: sum.failed + failed,
        skipped: sum.skipped + file.numPendingTests + file.numTodoTests,
      })
    }
    mkdirSync(this.folder, { recursive: true })
    for (const [project, sum] of totals) appendFileSync(join(this.folder, `${project}.jsonl`), `${JSON.stringify(sum)}\n`)
    reportDone(success)
  }
}
