import { Markup, markup } from './markup.ts'
import { reportStyle } from './report-style.ts'
import { type CriterionResult, type LineResult, resultsOf, type Verification } from './verification.ts'

/** What the report says beside the verdicts. */
export interface ReportContext {
  readonly stack: string
  readonly namespace: string
  /** Version of the cluster. */
  readonly cluster: string
  readonly time: Date
  /** The graph as an SVG element. */
  readonly graph: string
}

const secondsOf = (lines: readonly LineResult[]): number => lines.reduce((sum, { seconds }) => sum + seconds, 0)
const shown = (seconds: number): string => `${seconds.toFixed(1)} s`
const passed = (lines: readonly LineResult[]): number => lines.filter(({ verdict }) => verdict === 'PASS').length

const row = ({ id, title, verdict, lines }: CriterionResult, longest: number): Markup => {
  const seconds = secondsOf(lines)
  return markup`<tr><td><a href="#${id}">${id}</a> ${title}</td><td class="${verdict}">${verdict}</td><td class="number">${passed(lines)}/${lines.length}</td><td class="number">${shown(seconds)}</td><td class="wide"><span class="bar" style="width:${(longest === 0 ? 0 : (100 * seconds) / longest).toFixed(1)}%"></span></td></tr>
`
}

const summary = (criteria: readonly CriterionResult[]): Markup => {
  const longest = Math.max(0, ...criteria.map(({ lines }) => secondsOf(lines)))
  return markup`<table><caption class="soft">Criteria, how many of their lines hold, and how long it took to see</caption>
<thead><tr><th scope="col">Criterion</th><th scope="col">Verdict</th><th scope="col" class="number">Lines</th><th scope="col" class="number">Time</th><th class="wide" scope="col">Share</th></tr></thead>
<tbody>
${criteria.map((result) => row(result, longest))}</tbody></table>`
}

const details = ({ title, verdict, cause, evidence, seconds }: LineResult): Markup => {
  const why = cause === undefined ? markup`` : markup`<pre class="cause">${cause}</pre>`
  const seen = evidence.length === 0 ? markup`` : markup`<pre>${evidence.join('\n')}</pre>`
  return markup`<details${new Markup(verdict === 'PASS' ? '' : ' open')}><summary><span class="${verdict}">${verdict}</span><span class="title">${title}</span><span class="seconds soft">${shown(seconds)}</span></summary>${why}${seen}</details>
`
}

const section = ({ id, title, verdict, lines }: CriterionResult): Markup => markup`<section class="criterion" id="${id}">
<h3><span>${id}: ${title}</span><span class="${verdict}">${verdict}</span></h3>
${lines.map(details)}</section>
`

const legend =
  'Numbers are calls since the sidecars started. Silent: declared, and nothing flowed. Not loaded: a sidecar has not loaded what it needs. Not declared: seen, and not in the config.'

/** The width that the graph asks for, as CSS has it. */
const naturalWidth = (svg: string): string => /^<svg [^>]*\bwidth="([\d.]+pt)"/.exec(svg)?.[1] ?? '100%'

/**
 * The verdicts as one HTML page with evidence, causes, timings and the graph. It loads nothing and runs nothing; every text is escaped, and
 * the graph, which is put in as it is, must come from `svgOf`. Pure.
 */
export const htmlReport = (verification: Verification, { stack, namespace, cluster, time, graph }: ReportContext): string => {
  const { criteria, controls } = verification
  const results = resultsOf(verification)
  const lines = results.flatMap((result) => result.lines)
  const verdict = results.every((result) => result.verdict === 'PASS') ? 'PASS' : 'FAIL'
  const held = criteria.filter((criterion) => criterion.verdict === 'PASS').length
  const armed = controls === undefined ? '' : ' The controls were armed apart from the stack: each breaks one thing, and must make exactly its criterion fail.'
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${verdict}: ${stack} in ${namespace}</title>
<style>${new Markup(reportStyle)}</style>
</head>
<body>
<header>
<h1>${stack}: <span class="${verdict}">${verdict}</span></h1>
<p>${held} of ${criteria.length} criteria and ${passed(lines)} of ${lines.length} lines hold.${armed}</p>
<p class="soft">Namespace ${namespace}, Kubernetes ${cluster}, <time datetime="${time.toISOString()}">${time.toISOString()}</time>, ${shown(secondsOf(lines))}</p>
</header>
<main>
<h2>Summary</h2>
${summary(results)}
<h2>Evidence</h2>
${results.map(section)}<h2>Graph</h2>
<p class="soft">${legend}</p>
<div class="graph" style="--natural:${naturalWidth(graph)}" tabindex="0" role="group" aria-label="Graph of the stack">${new Markup(graph)}</div>
</main>
</body>
</html>
`.text
}
