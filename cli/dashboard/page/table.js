import { html, nothing } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'

/**
 * @typedef {{ readonly name: string, readonly number?: boolean }} Column
 * @typedef {{ readonly key: string, readonly cells: readonly unknown[], readonly bad?: boolean, readonly detail?: unknown }} Row
 */

/**
 * A table; on a narrow page each row stands as a block, its cells under their names. Roles are written out, for a table that is shown as
 * blocks is none any more for some readers. The first cell names its row.
 * @param {string} caption @param {readonly Column[]} columns @param {readonly Row[]} rows @param {string} none what is said where there is no row
 */
export const table = (caption, columns, rows, none) => {
  if (rows.length === 0) return html`<p class="soft">${none}</p>`
  const classOf = (/** @type {Column | undefined} */ column) => (column?.number ? 'number' : '')
  return html`<table role="table"><caption class="hidden">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader" class=${classOf(column)}>${column.name}</th>`)}</tr></thead>
    <tbody role="rowgroup">${repeat(rows, ({ key }) => key, ({ cells, bad, detail }) => html`
      <tr role="row" class=${bad ? 'bad' : ''}>${cells.map((cell, index) => (index === 0
        ? html`<th scope="row" role="rowheader">${cell}</th>`
        : html`<td role="cell" class=${classOf(columns[index])} data-label=${columns[index]?.name ?? ''}>${cell}</td>`))}</tr>
      ${detail ? html`<tr role="row" class="detail"><td role="cell" colspan=${columns.length}>${detail}</td></tr>` : nothing}`)}
    </tbody></table>`
}
