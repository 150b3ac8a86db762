import { html, render } from 'lit-html'

import { appsTable } from './apps.js'
import { deadLetters, letterKey } from './dead-letters.js'
import { createGraph, graphTools } from './graph.js'
import { createLogs, logsTools } from './logs.js'
import { overview } from './overview.js'
import { componentsTable, driftList, edgesTable, jobsTable, subscriptionsTable } from './tables.js'
import { clock, counted, shown, sign } from './words.js'

/** @import { LetterView, Snapshot } from '../view.ts' */

/** @param {string} id */
const element = (id) => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** @type {Snapshot | undefined} */
let snapshot
let isConnected = false
/** @type {ReadonlySet<string>} */
let openApps = new Set()
/** @type {ReadonlySet<string>} */
let openLetters = new Set()
/** @type {ReadonlySet<string>} */
let busyLetters = new Set()
/** @type {string | undefined} */
let outcome

/** @param {ReadonlySet<string>} set @param {string} key */
const toggled = (set, key) => (set.has(key) ? new Set([...set].filter((one) => one !== key)) : new Set([...set, key]))

/** @param {string} id */
const goTo = (id) => { element(id).scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' }) }

const graph = createGraph(element('graph-view'), (app) => { showAround(app === graph.app() ? undefined : app) })
const logs = createLogs(element('log-lines'), () => { show() })

/** @param {string | undefined} app */
const showAround = (app) => {
  graph.show(app)
  show()
}

/** @param {LetterView} letter */
const replay = async (letter) => {
  const { app, topic, id } = letter
  busyLetters = toggled(busyLetters, letterKey(letter))
  show()
  try {
    const response = await fetch('dead-letters/replay', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ app, topic, id }) })
    const answer = /** @type {{ result?: string, why?: string, message?: string }} */ (await response.json())
    outcome = answer.result === 'replayed' ? `✓ Replayed ${id} of ${app}.` : `✗ ${id} of ${app} stays: ${answer.why ?? answer.message ?? `status ${response.status}`}`
  } catch (error) {
    outcome = `✗ ${id} of ${app} was not replayed: ${error instanceof Error ? error.message : String(error)}`
  }
  busyLetters = toggled(busyLetters, letterKey(letter))
  show()
}

/** @param {Snapshot} now */
const head = ({ stack, namespace, context, version, writes, at }) => html`
  <h1>${stack}</h1>
  <p class="soft">namespace <b>${namespace}</b> of <b>${context}</b>, Kubernetes ${version} · ${writes ? 'dead letters can be replayed' : 'read-only'}</p>
  <p class="live">${isConnected ? sign('good', `Live, ${clock(at)}`) : sign('bad', `Not connected since ${clock(at)}: is stack dashboard still running?`)}</p>`

/** @param {Snapshot} now */
const sections = ({ apps, problems, deadLetters: letters, components, subscriptions, jobs, drift }) => {
  const links = /** @type {const} */ ([
    ['overview', 'Overview', problems.length], ['graph', 'Graph', undefined], ['apps', 'Apps', apps.length], ['dead-letters', 'Dead letters', letters.length], ['logs', 'Logs', undefined],
    ['components', 'Components', components.length], ['subscriptions', 'Subscriptions', subscriptions.length], ['jobs', 'Jobs', jobs.length], ['drift', 'Drift', drift.length],
  ])
  return html`<ul>${links.map(([id, name, count]) => html`<li><a href=${`#${id}`}>${name}${count ? html` <span class=${id === 'overview' || id === 'dead-letters' ? 'count bad' : 'count'}>${shown(count)}</span>` : ''}</a></li>`)}</ul>`
}

const show = () => {
  if (!snapshot) return
  const { apps, components, subscriptions, jobs } = snapshot
  document.title = `${snapshot.problems.length > 0 ? `✗ ${snapshot.problems.length} · ` : snapshot.verdict === 'healthy' ? '✓ ' : ''}${snapshot.stack} in ${snapshot.namespace}`
  render(head(snapshot), element('head'))
  render(sections(snapshot), element('sections'))
  render(overview(snapshot), element('overview-body'))
  render(graphTools(apps, graph, showAround), element('graph-tools'))
  graph.update(snapshot.graph)
  const around = graph.app()
  const edges = snapshot.graph.edges.filter(({ from, to }) => around === undefined || [from, to].includes(`app ${around}`))
  render(html`<details><summary>${around === undefined ? 'The same' : `What ${around} does`} as a table: ${counted(edges.length, 'edge')}</summary>${edgesTable(edges)}</details>`, element('graph-table'))
  render(appsTable(apps, {
    open: openApps,
    toggle: (app) => {
      openApps = toggled(openApps, app)
      show()
    },
    showLogs: (app) => {
      logs.choose(app)
      logs.start()
      goTo('logs')
    },
    showInGraph: (app) => {
      showAround(app)
      goTo('graph')
    },
  }), element('apps-body'))
  render(deadLetters(snapshot.deadLetters, {
    writes: snapshot.writes,
    open: openLetters,
    toggle: (key) => {
      openLetters = toggled(openLetters, key)
      show()
    },
    replay: (letter) => void replay(letter),
    busy: busyLetters,
    outcome,
  }), element('dead-letters-body'))
  render(logsTools(apps, logs), element('logs-tools'))
  render(componentsTable(components), element('components-body'))
  render(subscriptionsTable(subscriptions), element('subscriptions-body'))
  render(jobsTable(jobs), element('jobs-body'))
  render(driftList(snapshot), element('drift-body'))
}

// Rendering puts its own in the place of what the page says while it waits.
const first = (/** @type {Snapshot} */ now) => {
  if (!snapshot) for (const id of ['head', 'overview-body']) element(id).replaceChildren()
  snapshot = now
}

const events = new EventSource('events')
events.addEventListener('snapshot', ({ data }) => {
  first(JSON.parse(data))
  isConnected = true
  show()
})
events.addEventListener('error', () => {
  isConnected = false
  show()
})
