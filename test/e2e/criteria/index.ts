import type { Criterion } from '../../../cli/verify/index.ts'
import type { Deployed } from './deployed.ts'
import { eventsPublished } from './events.ts'
import { noDirectClients } from './no-direct-clients.ts'
import { serviceInvocation } from './service-invocation.ts'
import { sidecarInjection } from './sidecar-injection.ts'
import { stateManagement } from './state-management.ts'

/** SC-1..SC-5 of the task stack, in the order they depend on each other. */
export const successCriteria = (deployed: Deployed): Criterion[] =>
  [sidecarInjection, stateManagement, eventsPublished, serviceInvocation, noDirectClients].map((criterion) => criterion(deployed))

export { deployed, type Deployed } from './deployed.ts'
