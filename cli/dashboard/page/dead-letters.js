import { html, nothing } from 'lit-html'

import { table } from './table.js'
import { sign } from './words.js'

/** @import { LetterView } from '../view.ts' */

/**
 * @typedef {object} LetterActions
 * @property {boolean} writes
 * @property {ReadonlySet<string>} open letters whose event is shown
 * @property {(key: string) => void} toggle
 * @property {(letter: LetterView) => void} replay
 * @property {ReadonlySet<string>} busy letters that are being replayed
 * @property {string | undefined} outcome what came of the last one
 */

/** Tells a dead letter from all others. @param {LetterView} letter */
export const letterKey = ({ app, topic, id }) => JSON.stringify([app, topic, id])

/** @param {LetterView} letter @param {LetterActions} actions */
const row = (letter, { writes, open, toggle, replay, busy }) => {
  const key = letterKey(letter)
  const isOpen = open.has(key)
  return {
    key,
    cells: [
      html`<button type="button" class="fold" aria-expanded=${isOpen ? 'true' : 'false'} @click=${() => toggle(key)}>${letter.type} <span class="hidden">${letter.id}</span></button>`,
      letter.app, letter.topic, String(letter.attempts), letter.lastFailedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'), letter.lastError,
      ...(writes ? [html`<button type="button" ?disabled=${busy.has(key)} @click=${() => replay(letter)}>${busy.has(key) ? 'Replaying …' : 'Replay'}<span class="hidden"> ${letter.id} of ${letter.app}</span></button>`] : []),
    ],
    ...(isOpen && { detail: html`<p>Id <code>${letter.id}</code></p><pre tabindex="0" aria-label="Event">${letter.event}</pre>` }),
  }
}

/** @param {readonly LetterView[]} letters @param {LetterActions} actions */
export const deadLetters = (letters, actions) => html`
  <p role="status" class="outcome">${actions.outcome ?? ''}</p>
  ${letters.length > 0 && !actions.writes ? html`<p class="soft">Read-only: <code>stack dashboard --allow-writes</code> lets them be replayed from here, <code>npm run dlq -- replay</code> does from a terminal.</p>` : nothing}
  ${letters.length === 0
    ? html`<p>${sign('good', 'No event waits that an app could not handle.')}</p>`
    : table('Dead letters', [{ name: 'Event' }, { name: 'App' }, { name: 'Topic' }, { name: 'Attempts', number: true }, { name: 'Last failure' }, { name: 'Last error' }, ...(actions.writes ? [{ name: 'Do' }] : [])], letters.map((letter) => row(letter, actions)), '')}`
