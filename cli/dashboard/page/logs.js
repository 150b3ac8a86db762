import { html } from 'lit-html'

/** @import { AppView } from '../view.ts' */
/** @import { LineView } from '../log-lines.ts' */

const mostLines = 1000
const alarming = /^(warning|warn|error|fatal|panic)\b/i

/** @param {LineView} line */
const lineElement = ({ app, container, time, text }) => {
  const row = document.createElement('p')
  const [when, who, what] = [document.createElement('time'), document.createElement('b'), document.createElement('span')]
  when.textContent = time.slice(11, 23)
  when.dateTime = time
  who.textContent = container === app ? app : `${app} ${container}`
  who.className = container === app ? 'app' : 'sidecar'
  what.textContent = text
  row.append(when, ' ', who, ' ', what)
  if (alarming.test(text)) row.className = 'alarming'
  return row
}

/** The logs on the page, read only while somebody wants them. @param {HTMLElement} list @param {() => void} changed */
export const createLogs = (list, changed) => {
  /** @type {EventSource | undefined} */
  let source
  let [app, word, trouble] = ['', '', '']

  const matches = (/** @type {Element} */ row) => word === '' || (row.textContent ?? '').toLowerCase().includes(word.toLowerCase())
  /** @param {readonly LineView[]} lines */
  const add = (lines) => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    const rows = lines.map(lineElement)
    for (const row of rows) row.hidden = !matches(row)
    list.append(...rows)
    while (list.childElementCount > mostLines) list.firstElementChild?.remove()
    if (atEnd) list.scrollTop = list.scrollHeight
  }
  const stop = () => {
    source?.close()
    source = undefined
    changed()
  }
  const start = () => {
    source?.close()
    list.replaceChildren()
    trouble = ''
    source = new EventSource(app === '' ? 'logs' : `logs?app=${encodeURIComponent(app)}`)
    source.addEventListener('open', () => list.replaceChildren()) // a new connection begins with the last lines again
    source.addEventListener('lines', ({ data }) => { add(JSON.parse(data)) })
    source.addEventListener('trouble', ({ data }) => {
      trouble = String(JSON.parse(data))
      stop()
    })
    changed()
  }
  return {
    isReading: () => source !== undefined,
    app: () => app,
    trouble: () => trouble,
    start,
    stop,
    /** @param {string} to */
    choose: (to) => {
      app = to
      if (source) start()
      else changed()
    },
    /** @param {string} to */
    filter: (to) => {
      word = to
      for (const row of list.children) if (row instanceof HTMLElement) row.hidden = !matches(row)
    },
  }
}

/** @typedef {ReturnType<typeof createLogs>} Logs */

/** @param {readonly AppView[]} apps @param {Logs} logs */
export const logsTools = (apps, logs) => html`<div class="tools">
  <label>Of <select @change=${(/** @type {Event} */ event) => { logs.choose(/** @type {HTMLSelectElement} */ (event.target).value) }}>
    <option value="" .selected=${logs.app() === ''}>all apps</option>
    ${apps.map(({ app }) => html`<option value=${app} .selected=${logs.app() === app}>${app}</option>`)}
  </select></label>
  <label>that hold <input type="search" placeholder="an id, a word" @input=${(/** @type {Event} */ event) => { logs.filter(/** @type {HTMLInputElement} */ (event.target).value) }}></label>
  ${logs.isReading() ? html`<button type="button" @click=${logs.stop}>Stop</button>` : html`<button type="button" @click=${logs.start}>Read</button>`}
  <span class="soft" role="status">${logs.trouble() === '' ? (logs.isReading() ? 'Live, merged by time (UTC).' : 'Not read until you ask.') : `✗ ${logs.trouble()}`}</span>
</div>`
