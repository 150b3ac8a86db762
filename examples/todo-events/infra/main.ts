import { DaprStack, readSynthSettings, stackApp } from 'dapr-stack/infra'

import { stack } from '../config/stack.ts'
import { apps, environments, name } from './environments.ts'

const { environment, namespace, image } = readSynthSettings(process.env, { environments: ['kafka', 'local'], image: 'docker.io/dapr-stack/todo-events:0.1.0' })
const { backends, servers } = environments[environment]

stackApp({
  name,
  namespace,
  servers,
  stack: (chart) => new DaprStack(chart, name, { stack, backends, apps, image, command: (app) => ['node', `service/${app}/main.ts`] }),
}).synth()
