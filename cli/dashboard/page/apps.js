import { html, nothing } from 'lit-html'

import { table } from './table.js'
import { perSecond, shown, sign } from './words.js'

/** @import { AppView } from '../view.ts' */

/**
 * What can be done with an app on the page.
 * @typedef {object} AppActions
 * @property {ReadonlySet<string>} open apps whose details are shown
 * @property {(app: string) => void} toggle
 * @property {(app: string) => void} showLogs
 * @property {(app: string) => void} showInGraph
 */

/** The end of an image's reference tells most. @param {string} image */
const tag = (image) => (image.includes('@') ? `@${(image.split('@')[1] ?? '').slice(0, 19)}` : (image.split('/').at(-1) ?? image))

/** @param {AppView['uses'][number]} use */
const useState = ({ name, state }) => {
  switch (state) {
    case 'loaded': return sign('good', `${name} loaded`)
    case 'missing': return sign('bad', `${name} not loaded`)
    case 'unknown': return sign('open', `${name}: sidecar silent`)
  }
}

/** @param {AppView} app @param {AppActions} actions */
const details = ({ app, podLines, uses, troubles, images, count, failed }, { showLogs, showInGraph }) => html`<div class="details">
  ${troubles.length === 0 ? nothing : html`<ul class="lines">${troubles.map((trouble) => html`<li>${sign('bad', trouble)}</li>`)}</ul>`}
  <div class="columns">
    <div><h3>Pods</h3>${podLines.length === 0 ? html`<p class="soft">none</p>` : html`<ul class="plain">${podLines.map(({ name, ready, containers, event }) => html`<li>
      <p><code>${name}</code> ${ready} ready</p>
      <ul class="plain inner">${containers.map((container) => html`<li>${sign(container.ready ? 'good' : 'bad', `${container.name}: ${container.state}${container.restarts === 0 ? '' : `, ${shown(container.restarts)} restarts`}`)}</li>`)}</ul>
      ${event === undefined ? nothing : html`<p class="soft">${event}</p>`}</li>`)}</ul>`}</div>
    <div><h3>Components</h3><ul class="plain">${uses.length === 0 ? html`<li class="soft">none</li>` : uses.map((use) => html`<li>${useState(use)}</li>`)}</ul></div>
    <div><h3>Since its sidecars started</h3><p>${shown(count)} calls, ${shown(failed)} failed</p><h3>Image</h3>${images.map((image) => html`<p><code>${image}</code></p>`)}</div>
  </div>
  <p class="actions"><button type="button" @click=${() => showLogs(app)}>Logs of ${app}</button><button type="button" @click=${() => showInGraph(app)}>${app} in the graph</button></p>
</div>`

const columns = [
  { name: 'App' }, { name: 'State' }, { name: 'Pods', number: true }, { name: 'Restarts', number: true }, { name: 'Version' }, { name: 'Sidecar' },
  { name: 'Components', number: true }, { name: 'Subscriptions', number: true }, { name: 'Calls', number: true }, { name: 'Failed', number: true },
]

/** @param {readonly [number, number]} some */
const of = ([some, all]) => `${some}/${all}`

/** @param {readonly AppView[]} apps @param {AppActions} actions */
export const appsTable = (apps, actions) =>
  table('Apps and sidecars', columns, apps.map((app) => {
    const isOpen = actions.open.has(app.app)
    return {
      key: app.app,
      bad: !app.whole,
      cells: [
        html`<button type="button" class="fold" aria-expanded=${isOpen ? 'true' : 'false'} @click=${() => actions.toggle(app.app)}>${app.app}</button>`,
        app.whole ? sign('good', 'whole') : sign('bad', 'not whole'),
        of(app.pods), shown(app.restarts), app.images.map(tag).join(', ') || '–', app.sidecars.join(', ') || 'none answers',
        of(app.components), of(app.subscriptions), perSecond(app.perSecond), perSecond(app.failedPerSecond),
      ],
      ...(isOpen && { detail: details(app, actions) }),
    }
  }), 'The stack declares no apps.')
