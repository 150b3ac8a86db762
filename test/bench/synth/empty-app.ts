import { App, Chart } from 'cdk8s'

// What any cdk8s app costs: the yardstick of `npm run bench -- synth`.
const app = new App({ recordConstructMetadata: false, outdir: process.argv[2] ?? 'dist' })
new Chart(app, 'empty')
app.synth()
