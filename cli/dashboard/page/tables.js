import { html } from 'lit-html'

import { table } from './table.js'
import { nodeText, perSecond, shown, sign, stateText } from './words.js'

/** @import { ComponentView, EdgeView, JobsView, Snapshot, SubscriptionView } from '../view.ts' */

/** @param {ComponentView} component */
const componentState = ({ type, users, loadedBy, silent, declared }) => {
  if (!declared) return sign('bad', 'not declared')
  if (type === undefined) return sign('bad', 'not in the cluster')
  const missing = users.filter((user) => !loadedBy.includes(user) && !silent.includes(user))
  if (missing.length > 0) return sign('bad', `not loaded by ${missing.join(', ')}`)
  if (silent.length > 0) return sign('open', `sidecar of ${silent.join(', ')} silent`)
  return sign('good', users.length === 0 ? 'nobody uses it' : 'loaded')
}

/** @param {readonly ComponentView[]} components */
export const componentsTable = (components) =>
  table('Components', [{ name: 'Component' }, { name: 'State' }, { name: 'Type' }, { name: 'Used by' }],
    components.map((one) => ({ key: one.name, cells: [one.name, componentState(one), one.type ?? one.kind, one.users.join(', ') || 'nobody'] })), 'No components.')

/** @param {SubscriptionView} subscription */
const subscriptionState = ({ state, there }) => {
  switch (state) {
    case 'listed': return sign('good', 'loaded')
    case 'missing': return sign('bad', there ? 'not loaded' : 'not in the cluster')
    case 'unknown': return sign('open', 'sidecar silent')
    case 'not declared': return sign('bad', 'not declared')
  }
}

/** @param {readonly SubscriptionView[]} subscriptions */
export const subscriptionsTable = (subscriptions) =>
  table('Subscriptions', [{ name: 'Subscription' }, { name: 'State' }, { name: 'Topic' }, { name: 'App' }, { name: 'Delivered', number: true }, { name: 'Rate', number: true }, { name: 'Failed', number: true }],
    subscriptions.map((one) => ({ key: one.name, bad: one.state === 'missing', cells: [one.name, subscriptionState(one), `${one.topic} of ${one.pubsub}`, one.app, shown(one.count), perSecond(one.perSecond), shown(one.failed)] })), 'No subscriptions.')

/** @param {readonly JobsView[]} jobs */
export const jobsTable = (jobs) => html`${table('Jobs', [{ name: 'App' }, { name: 'Kinds' }, { name: 'Called', number: true }, { name: 'Rate', number: true }, { name: 'Failed', number: true }],
    jobs.map(({ app, kinds, count, perSecond: rate, failed }) => ({ key: app, cells: [app, kinds.join(', '), shown(count), perSecond(rate), failed === 0 ? '0' : sign('bad', shown(failed))] })), 'No app has jobs.')}
  ${jobs.length === 0 ? '' : html`<p class="soft">Calls since the sidecars started. What still waits, Dapr's scheduler tells only the app that it belongs to.</p>`}`

/** @param {Snapshot} snapshot */
export const driftList = ({ drift, sources }) => {
  if (sources.some(({ name, at }) => name === 'drift' && at === undefined)) return html`<p class="soft">Not looked at yet.</p>`
  if (drift.length === 0) return html`<p>${sign('good', 'Nothing was changed by hand since the last up.')}</p>`
  return html`<ul class="lines">${drift.map((line) => html`<li>${line}</li>`)}</ul><p class="soft"><code>stack diff</code> shows the fields, <code>stack up</code> takes them back.</p>`
}

/** @param {EdgeView} edge */
const isBad = ({ mark, failedPerSecond = 0 }) => failedPerSecond > 0 || mark === 'not loaded' || mark === 'fails'

/** Worst first, then the busiest. @param {EdgeView} a @param {EdgeView} b */
const byInterest = (a, b) => {
  const weight = (/** @type {EdgeView} */ edge) => (isBad(edge) ? 2 : edge.mark === 'not declared' || edge.mark === 'unknown' ? 1 : 0)
  return weight(b) - weight(a) || (b.perSecond ?? 0) - (a.perSecond ?? 0) || b.count - a.count
}

/** The graph as a table. @param {readonly EdgeView[]} edges */
export const edgesTable = (edges) =>
  table('Edges of the graph', [{ name: 'From' }, { name: 'To' }, { name: 'What' }, { name: 'State' }, { name: 'Count', number: true }, { name: 'Rate', number: true }, { name: 'Failed', number: true }, { name: 'Failing', number: true }],
    edges.toSorted(byInterest).map((edge) => ({ key: edge.id, bad: isBad(edge), cells: [nodeText(edge.from), nodeText(edge.to), edge.label, stateText(edge), shown(edge.count), perSecond(edge.perSecond), shown(edge.failed), perSecond(edge.failedPerSecond)] })), 'No edges.')
