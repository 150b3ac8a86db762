import { html } from 'lit-html'

/** @import { EdgeView } from '../view.ts' */

/** A number as people read it. @param {number} value */
export const shown = (value) => value.toLocaleString('en-US')

/** A rate as people read it; a dash where none is known yet. @param {number | undefined} value */
export const perSecond = (value) => {
  if (value === undefined) return '–'
  if (value === 0) return '0/s'
  if (value < 0.1) return '<0.1/s'
  return `${value < 10 ? value.toFixed(1) : shown(Math.round(value))}/s`
}

/** The time of day of a moment. @param {string | undefined} iso */
export const clock = (iso) => (iso === undefined ? '' : new Date(iso).toLocaleTimeString('en-GB'))

/** One of something, or several. @param {number} count @param {string} what */
export const counted = (count, what) => `${shown(count)} ${what}${count === 1 ? '' : 's'}`

/** A sign and its word, so that colour is never alone. @param {'good' | 'bad' | 'open'} kind @param {string} word */
export const sign = (kind, word) => html`<span class=${`sign ${kind}`}><span aria-hidden="true">${{ good: '✓', bad: '✗', open: '?' }[kind]}</span>\u00a0${word}</span>`

/** A text in which what stands between backticks is code. @param {string} text */
export const withCode = (text) => text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))

/** A node of the graph, for people: `topic bus orders` is `orders (topic of bus)`. @param {string} id */
export const nodeText = (id) => {
  const [kind = '', ...names] = id.split(' ')
  const name = names.at(-1) ?? ''
  if (kind === 'app') return name
  return kind === 'topic' ? `${name} (topic of ${names[0] ?? ''})` : `${name} (${kind})`
}

const marks = { flows: '', fails: '', silent: 'silent', 'not loaded': '✗ not loaded', 'not declared': '! not declared', unknown: '? sidecar silent' }

/** What an edge shows of itself below its label. @param {EdgeView} edge */
export const edgeText = ({ mark, count, failed, perSecond: rate, failedPerSecond = 0 }) => {
  const numbers = `${shown(count)}${rate === undefined ? '' : ` · ${perSecond(rate)}`}${failed === 0 ? '' : `, ${shown(failed)} failed`}`
  const words = count === 0 && failed === 0 ? marks[mark] : [marks[mark], numbers].filter(Boolean).join(': ')
  return failedPerSecond > 0 || mark === 'fails' ? `✗ ${words}` : words
}

const states = { ...marks, flows: '✓ flows', fails: '✗ all of it failed' }

/** What an edge is, in a word. @param {EdgeView} edge */
export const stateText = ({ mark, failedPerSecond = 0 }) => (failedPerSecond > 0 ? '✗ fails now' : states[mark])
