import { html } from 'lit-html'

import { createViewport } from './viewport.js'
import { edgeText } from './words.js'

/** @import { AppView, EdgeView } from '../view.ts' */

/**
 * @typedef {object} GraphState
 * @property {string | undefined} app whose neighbourhood is shown; undefined for the whole stack
 * @property {string | undefined} drawn what is shown: the key of the graph and the app
 * @property {ReadonlyMap<string, number>} counts of each edge, as they were shown last
 */

const manyApps = 25

/** The drawing comes from our own server, which escapes what is written in it. */
const policy = window.trustedTypes?.createPolicy('graph', { createHTML: (text) => text })

/** @param {string} text */
const parsed = (text) => {
  const markup = /** @type {string} */ (/** @type {unknown} */ (policy ? policy.createHTML(text) : text)) // the DOM's types know no Trusted Types
  return document.importNode(new DOMParser().parseFromString(markup, 'image/svg+xml').documentElement, true)
}

/** The graph on the page. @param {HTMLElement} view @param {(app: string | undefined) => void} choose */
export const createGraph = (view, choose) => {
  /** @type {GraphState} */
  const state = { app: undefined, drawn: undefined, counts: new Map() }
  /** @type {readonly EdgeView[]} */
  let edges = []
  let wanted = ''
  const viewport = createViewport(view)

  /** Writes on the edges what they are now. */
  const write = () => {
    for (const edge of edges) {
      const group = view.querySelector(`#${edge.id}`)
      if (!group) continue
      const failing = (edge.failedPerSecond ?? 0) > 0
      group.setAttribute('class', ['edge', edge.kind, edge.mark.replace(' ', '-'), ...(failing ? ['failing'] : []), ...((edge.perSecond ?? 0) > 0 ? ['busy'] : [])].join(' '))
      const text = [...group.querySelectorAll('text')].at(-1)
      if (text) text.textContent = edgeText(edge)
      const before = state.counts.get(edge.id)
      if (before !== undefined && before !== edge.count) {
        group.classList.add('pulse')
        setTimeout(() => group.classList.remove('pulse'), 1500)
      }
    }
    state.counts = new Map(edges.map(({ id, count }) => [id, count]))
  }

  /** @param {string} text */
  const place = (text) => {
    const svg = parsed(text)
    const [, , width = '0', height = '0'] = (svg.getAttribute('viewBox') ?? '').split(' ')
    for (const name of ['width', 'height']) svg.removeAttribute(name)
    svg.setAttribute('data-width', String(Number(width) * (4 / 3)))
    svg.setAttribute('data-height', String(Number(height) * (4 / 3)))
    svg.setAttribute('aria-hidden', 'true') // the table says the same
    view.replaceChildren(svg)
    for (const node of svg.querySelectorAll('.node.app')) {
      node.addEventListener('click', () => choose(node.querySelector('title')?.textContent?.replace(/^app /, '')))
    }
    const nodes = [...svg.querySelectorAll('.node.app')]
    viewport.begin(nodes.find((node) => node.querySelector('title')?.textContent === `app ${state.app ?? ''}`) ?? nodes[0] ?? null)
  }

  /** @param {string} key */
  const draw = async (key) => {
    const { app } = state
    const id = JSON.stringify([key, app])
    if (wanted === id) return
    wanted = id
    try {
      const response = await fetch(app === undefined ? 'graph' : `graph?app=${encodeURIComponent(app)}`)
      const answer = /** @type {{ key: string, svg: string, why?: string }} */ (await response.json())
      if (wanted !== id) return
      if (!response.ok) throw new Error(answer.why)
      if (answer.key !== key) wanted = '' // it has changed meanwhile: the next snapshot has it drawn again
      state.drawn = JSON.stringify([answer.key, app])
      place(answer.svg)
      write()
    } catch (error) {
      wanted = ''
      if (view.querySelector('svg') === null) view.textContent = `The graph cannot be drawn: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  return {
    /** The app that is shown with its neighbours. */
    app: () => state.app,
    /** @param {string | undefined} app */
    show: (app) => { state.app = app },
    /** Takes what is new. @param {{ readonly key: string, readonly edges: readonly EdgeView[] }} graph */
    update: (graph) => {
      edges = graph.edges
      if (graph.key === '') return
      if (state.drawn === JSON.stringify([graph.key, state.app])) write()
      else void draw(graph.key)
    },
    zoomIn: viewport.zoomIn,
    zoomOut: viewport.zoomOut,
    fitAll: viewport.fitAll,
  }
}

/** @typedef {ReturnType<typeof createGraph>} Graph */

const legend = [['flows', 'flows'], ['fails', 'all of it failed'], ['silent', 'declared, nothing flowed'], ['not-loaded', 'a sidecar has not loaded it'], ['not-declared', 'seen, not declared'], ['failing', 'fails now']]

/** What stands above the graph. @param {readonly AppView[]} apps @param {Graph} graph @param {(app: string | undefined) => void} choose */
export const graphTools = (apps, graph, choose) => html`<div class="tools">
  <label>Show <select @change=${(/** @type {Event} */ event) => { choose(/** @type {HTMLSelectElement} */ (event.target).value || undefined) }}>
    <option value="" .selected=${graph.app() === undefined}>the whole stack</option>
    ${apps.map(({ app }) => html`<option value=${app} .selected=${graph.app() === app}>${app} and what it has to do with</option>`)}
  </select></label>
  <span class="buttons"><button type="button" aria-label="Zoom out" @click=${graph.zoomOut}>−</button><button type="button" aria-label="Zoom in" @click=${graph.zoomIn}>+</button><button type="button" @click=${graph.fitAll}>Fit</button></span>
  ${apps.length > manyApps && graph.app() === undefined ? html`<span class="soft">${apps.length} apps: choose one, or click one in the graph, to see what it has to do with.</span>` : ''}
</div>
<ul class="legend soft" aria-label="What the lines mean">${legend.map(([name, words]) => html`<li><svg class="stack-graph" width="34" height="10" aria-hidden="true"><g class=${`edge uses ${name}`}><path d="M1 5H33" fill="none"></path></g></svg>${words}</li>`)}<li>Numbers: calls since the sidecars started · in the last seconds</li></ul>`
