import { App, Chart } from 'cdk8s'

import { defaultNamespace } from './namespace-of.ts'
import { StackNamespace } from './namespace.ts'

export interface StackAppProps {
  /** Namespace of everything; it is created unless it is `default`. */
  readonly namespace: string
  /** Name of the stack, and of the chart that `stack` fills. */
  readonly name: string
  /**
   * Adds the servers that the stack brings along to a chart of their own.
   * @default - the stack brings none
   */
  readonly servers?: ((chart: Chart) => void) | undefined
  /** Adds the `DaprStack`. */
  readonly stack: (chart: Chart) => void
  /**
   * Folder the manifests are written to.
   * @default - the one that cdk8s chose (`output` in cdk8s.yaml)
   */
  readonly outdir?: string | undefined
}

const namespaceChart = (app: App, namespace: string): Chart => {
  const chart = new Chart(app, 'namespace', { disableResourceNameHashes: true })
  new StackNamespace(chart, 'namespace', { name: namespace })
  return chart
}

/** The cdk8s app of a stack: a chart for the namespace, one for the servers that it brings, one for the stack, written and so applied in this order. */
export const stackApp = ({ namespace, name, servers, stack, outdir }: StackAppProps): App => {
  const app = new App({ recordConstructMetadata: false, ...(outdir !== undefined && { outdir }) })
  const filled = (id: string, fill: (chart: Chart) => void): Chart => {
    const chart = new Chart(app, id, { namespace, disableResourceNameHashes: true })
    fill(chart)
    return chart
  }
  const charts = [
    ...(namespace === defaultNamespace ? [] : [namespaceChart(app, namespace)]),
    ...(servers ? [filled('servers', servers)] : []),
    filled(name, stack),
  ]
  charts.reduce((before, after) => {
    after.addDependency(before)
    return after
  })
  return app
}
