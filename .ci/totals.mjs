// node .ci/totals.mjs <exit code of `npm ci && npm test`>
// Sums up what the steps of `npm test` left in .results/: the table goes to stderr, the verdict to stdout.
import { existsSync, readFileSync } from 'node:fs'

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** The steps of `npm test`, in order; a suite is one that jest runs, any other is one check. */
const stepsOf = ({ scripts }) =>
  [...scripts.test.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => ({ name, suite: /\bjest\b/.test(scripts[name] ?? '') }))

/** npm prints `> package@version script` when it starts one. */
const startedIn = (log, { name, version }, step) => log.includes(`\n> ${name}@${version} ${step.name}\n`)

const add = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped })
const failure = { passed: 0, failed: 1, skipped: 0 }

const suiteTotals = ({ name }) => {
  const lines = read(`.results/${name}.jsonl`).split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line)).reduce(add, { passed: 0, failed: 0, skipped: 0 })
}

/** A step that did not start, or ended badly without naming a failure, is one failure; so is each skipped test. */
const totalsOf = (step, { started, ok }) => {
  if (!started) return failure
  if (!step.suite) return ok ? { passed: 1, failed: 0, skipped: 0 } : failure
  const { passed, failed, skipped } = suiteTotals(step)
  const proved = passed + failed + skipped > 0
  return { passed, failed: failed + skipped || (ok && proved ? 0 : 1), skipped }
}

const exitCode = Number(process.argv[2])
const manifest = JSON.parse(read('package.json'))
const steps = stepsOf(manifest)
const log = read('.results/run.log')
const lastStarted = steps.findLastIndex((step) => startedIn(log, manifest, step))

const rows = steps.map((step, index) => {
  const started = index <= lastStarted
  return { name: step.name, started, ...totalsOf(step, { started, ok: exitCode === 0 || index < lastStarted }) }
})
for (const { name, started, passed, failed, skipped } of rows) {
  const notes = [...(started ? [] : ['did not run']), ...(skipped > 0 ? [`${skipped} skipped`] : [])]
  console.error(`${name.padEnd(8)} ${passed} passed, ${failed} failed${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`)
}

const sum = rows.reduce(add, { passed: 0, failed: 0, skipped: 0 })
const failed = sum.failed || (exitCode === 0 && steps.length > 0 ? 0 : 1)
console.log(`${sum.passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
