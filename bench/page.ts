import { headOf, type Report, type Result, rowsOf } from './report.ts'
import type { Spread } from './statistics.ts'

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const [labelWidth, barWidth, rowHeight] = [260, 560, 20]
const colours = ['#7a8594', '#1769aa', '#c46210', '#3d8b40', '#8e44ad'] as const

interface Bar {
  readonly label: string
  readonly value: Spread
  readonly colour: string
}

const barOf = ({ label, value: { median, low, high }, colour }: Bar, index: number, scale: number): string => {
  const y = index * rowHeight
  const x = (value: number): string => (labelWidth + value * scale).toFixed(1)
  const middle = y + rowHeight / 2
  return `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>
<rect x="${labelWidth}" y="${y + 3}" width="${(median * scale).toFixed(1)}" height="${rowHeight - 6}" fill="${colour}"/>
<line x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}" stroke="#000"/>
<text x="${Number(x(Math.max(high, median))) + 6}" y="${middle + 4}">${median.toPrecision(3)}</text>`
}

/** Bars with their medians, and a line from the lowest to the highest round. */
const plot = (title: string, bars: readonly Bar[]): string => {
  const largest = Math.max(...bars.map(({ value }) => value.high), Number.MIN_VALUE)
  const height = bars.length * rowHeight
  const body = bars.map((bar, index) => barOf(bar, index, barWidth / largest)).join('\n')
  return `<h2>${escaped(title)}</h2>\n<svg width="${labelWidth + barWidth + 80}" height="${height}" role="img" aria-label="${escaped(title)}">\n${body}\n</svg>`
}

const barsOf = ({ scenarios }: Report, pick: (result: Result) => Spread): Bar[] =>
  scenarios.flatMap(({ scenario, results }) =>
    results.map((result, index) => ({ label: `${scenario}, ${result.subject}`, value: pick(result), colour: colours[index % colours.length] ?? colours[0] })),
  )

const table = (report: Report): string => {
  const row = (cells: readonly string[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<table>${row(headOf(), 'th')}${rowsOf(report).map((cells) => row(cells, 'td')).join('')}</table>`
}

/** The report as one HTML page that needs nothing else. */
export const pageOf = (report: Report): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Bench ${report.at}</title>
<style>body{font:14px system-ui,sans-serif;margin:2em}svg text{font-size:12px}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 8px;text-align:right}td:nth-child(-n+2){text-align:left}</style>
<h1>Bench</h1>
<p>${escaped(`${report.at}, ${report.broker}, ${report.replicas} replica(s), ${report.rounds} rounds of ${report.seconds} s, ${report.cpus} CPUs, load ${report.load.join(' to ')}, ${report.fsync.join('; ')}`)}</p>
${plot('Operations a second, to the limit', barsOf(report, ({ ratio }) => ratio))}
${plot('The same by CPU for an operation', barsOf(report, ({ cpuRatio }) => cpuRatio))}
${plot('p50, ms', barsOf(report, ({ p50 }) => p50))}
${plot('p99, ms', barsOf(report, ({ p99 }) => p99))}
${plot('CPU seconds of the service for 1,000 operations', barsOf(report, ({ serviceCpu }) => serviceCpu))}
${plot('CPU seconds of the sidecar for 1,000 operations', barsOf(report, ({ sidecarCpu }) => sidecarCpu))}
${table(report)}
</html>
`
