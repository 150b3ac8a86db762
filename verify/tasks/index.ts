import type { Criterion, Deployed, StackVerification } from '../../cli/verify/index.ts'
import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { controls } from './controls.ts'
import { eventsPublished } from './events.ts'
import { noDirectClients } from './no-direct-clients.ts'
import { serviceInvocation } from './service-invocation.ts'
import { sidecarInjection } from './sidecar-injection.ts'
import { stateManagement } from './state-management.ts'

/** SC-1..SC-5 of the task stack, in the order they depend on each other. */
export const successCriteria = (deployed: Deployed): Criterion[] =>
  [sidecarInjection, stateManagement, eventsPublished, serviceInvocation, noDirectClients].map((criterion) => criterion(deployed))

/** What `stack verify` judges the task stack by. */
export const verification: StackVerification = { graph: graphOf(stack), sources: ['config', 'service'], criteria: successCriteria, controls }

export { why } from './why.ts'
