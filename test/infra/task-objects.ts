import { images } from '../../infra/images.ts'
import { environments } from '../../infra/tasks/environments.ts'
import { taskApp, type TaskAppProps } from '../../infra/tasks/task-app.ts'
import type { Manifest } from './manifest.ts'

/** The task stack as `cdk8s synth` makes it when nothing is set. */
export const synthesized = (change: Partial<TaskAppProps> = {}) =>
  taskApp({ environment: environments.dev, namespace: 'default', image: images.app, ...change })

/** All its objects. */
export const taskObjects = (change: Partial<TaskAppProps> = {}): Manifest[] =>
  synthesized(change).charts.flatMap((chart) => chart.toJson() as Manifest[])
