import { enableCompileCache } from 'node:module'

enableCompileCache()
const { App, Chart } = await import('cdk8s')

// What any cdk8s app costs: the yardstick of `npm run bench -- synth`.
const app = new App({ recordConstructMetadata: false })
new Chart(app, 'empty')
app.synth()
