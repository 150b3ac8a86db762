import { html, nothing } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'

import { clock, counted, perSecond, shown, sign, withCode } from './words.js'

/** @import { Problem, Snapshot, SourceView } from '../view.ts' */

/** @param {Snapshot} snapshot */
const headline = ({ verdict, problems }) => {
  switch (verdict) {
    case 'healthy': return { kind: /** @type {const} */ ('good'), words: 'Healthy' }
    case 'wrong': return { kind: /** @type {const} */ ('bad'), words: problems.length === 1 ? '1 thing is wrong' : `${problems.length} things are wrong` }
    case 'silent': return { kind: /** @type {const} */ ('open'), words: 'Nothing wrong was found, but not everything answers' }
    case 'looking': return { kind: /** @type {const} */ ('open'), words: 'Looking …' }
  }
}

/** What was looked at, for how far the verdict goes. @param {Snapshot} snapshot */
const reach = ({ apps, looked, unlooked }) => {
  const whole = apps.filter((app) => app.whole).length
  const rules = looked === undefined ? 'doctor has not answered yet' : looked === 0 ? '' : `doctor looked after ${counted(looked, 'rule')}`
  return [`${whole} of ${counted(apps.length, 'app')} ${whole === 1 ? 'is' : 'are'} whole`, rules, ...(unlooked.length > 0 ? [`${counted(unlooked.length, 'look')} could not be made`] : [])].filter(Boolean).join('; ')
}

/** @param {string} title @param {readonly string[]} lines */
const more = (title, lines) => (lines.length === 0 ? nothing : html`<details><summary>${title}</summary><ul class="lines">${lines.map((line) => html`<li>${line}</li>`)}</ul></details>`)

/** @param {Problem} problem */
const problemCard = ({ subject, what, evidence, fix, hidden }) => html`<li class="card problem">
  <p class="what"><span class="sign bad"><span aria-hidden="true">✗</span><span class="hidden">wrong: </span></span> ${what}</p>
  <p class="soft subject">${subject}</p>
  <p class="fix"><strong>Fix</strong> <span>${withCode(fix)}</span></p>
  ${more(`Evidence (${evidence.length})`, evidence)}${more(`What comes of it (${hidden.length})`, hidden)}
</li>`

/** @param {string} name @param {string} value @param {string} section @param {boolean} bad */
const tile = (name, value, section, bad) => html`<li><a class=${bad ? 'tile bad' : 'tile'} href=${`#${section}`}><span class="soft">${name}</span> <strong>${bad ? '✗ ' : ''}${value}</strong></a></li>`

/** @param {Snapshot} snapshot */
const tiles = ({ apps, traffic, deadLetters, drift }) => {
  const whole = apps.filter((app) => app.whole).length
  const pods = apps.reduce((sum, app) => sum + app.pods[0], 0)
  const all = apps.reduce((sum, app) => sum + app.pods[1], 0)
  const failing = traffic.failedPerSecond ?? 0
  return html`<ul class="tiles">
    ${tile('Apps whole', `${whole}/${apps.length}`, 'apps', whole < apps.length)}
    ${tile('Pods ready', `${pods}/${all}`, 'apps', pods < all)}
    ${tile('Calls', perSecond(traffic.perSecond), 'graph', false)}
    ${tile('Failed calls', perSecond(traffic.failedPerSecond), 'graph', failing > 0)}
    ${tile('Dead letters', shown(deadLetters.length), 'dead-letters', deadLetters.length > 0)}
    ${tile('Drift', shown(drift.length), 'drift', false)}
  </ul>`
}

/** @param {SourceView} source */
const source = ({ name, state, at, why }) => {
  const seen = at === undefined ? 'never so far' : `last at ${clock(at)}`
  if (state === 'waiting') return html`<li>${sign('open', `${name}: asked`)}</li>`
  return html`<li>${state === 'answers' ? sign('good', `${name}: ${clock(at)}`) : sign('bad', `${name} does not answer: ${why ?? ''} (${seen})`)}</li>`
}

/** The first thing that is seen: whether it is healthy, and if not, what is wrong and what to do. @param {Snapshot} snapshot */
export const overview = (snapshot) => {
  const { kind, words } = headline(snapshot)
  return html`
    <div class=${`verdict ${kind}`}><p role="status">${sign(kind, words)}</p><p class="soft">${reach(snapshot)}</p></div>
    ${snapshot.problems.length === 0 ? nothing : html`<ol class="problems" aria-label="What is wrong">${repeat(snapshot.problems, ({ subject, what }) => `${subject} ${what}`, problemCard)}</ol>`}
    ${more(`Looks that could not be made (${snapshot.unlooked.length})`, snapshot.unlooked.map(({ what, why }) => `${what}: ${why}`))}
    ${tiles(snapshot)}
    <ul class="sources soft" aria-label="What was last heard">${snapshot.sources.map(source)}</ul>`
}
