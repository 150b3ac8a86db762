import { changing, type Control, refusingCalls, renamed, routedTo, scopedTo, withAppId, withoutSidecar } from '../../cli/verify/index.ts'
import { untilAppsRun, untilDelivering, untilNotified, untilRefused, untilRolled, untilSidecars } from './control-waits.ts'

const lists = (text: string) => (metadata: string): boolean => metadata.includes(text)
const lacks = (text: string) => (metadata: string): boolean => !metadata.includes(text)

const store = { when: 'running', kind: 'Component', name: 'statestore', untilBroken: untilSidecars(lacks('"name":"statestore"')), untilWhole: untilDelivering } as const
const subscription = { when: 'running', kind: 'Subscription', name: 'task-subscription' } as const

/** What changes in the cluster behind a ready stack's back; its pods stay ready meanwhile. */
const whileRunning: Control[] = [
  {
    criterion: 'SC-2',
    broken: 'a component is renamed',
    says: ['Component statestore is not in the cluster'],
    breakage: { ...store, change: renamed('state-store') },
  },
  {
    criterion: 'SC-2',
    broken: 'a component is scoped away',
    says: ['Component statestore is scoped to nobody, and so not to task-api'],
    breakage: { ...store, change: scopedTo('nobody') },
  },
  {
    criterion: 'SC-3',
    broken: 'the subscription is removed',
    says: ['Subscription task-subscription is not in the cluster'],
    breakage: {
      ...subscription,
      change: (object: unknown) => scopedTo('nobody')(renamed('other-subscription')(object)),
      untilBroken: untilSidecars(lacks('/events/task-events"')),
      untilWhole: untilDelivering,
    },
  },
  {
    criterion: 'SC-3',
    broken: 'the subscription leads to another route',
    says: ['Subscription task-subscription has the route /events/elsewhere where /events/task-events is declared'],
    breakage: { ...subscription, change: routedTo('/events/elsewhere'), untilBroken: untilSidecars(lists('/events/elsewhere')), untilWhole: untilRolled },
  },
  {
    criterion: 'SC-4',
    broken: 'access control refuses notify',
    says: ['the access control in Configuration notification-service has deny for notify called by task-api'],
    breakage: { when: 'running', kind: 'Configuration', name: 'notification-service', change: refusingCalls, untilBroken: untilRefused, untilWhole: untilNotified },
  },
  {
    criterion: 'SC-5',
    broken: 'the source imports a Redis client',
    says: ['planted.ts imports ioredis'],
    breakage: { when: 'source', folder: 'service', file: 'planted.ts', text: "import 'ioredis'\n" },
  },
]

/** What is wrong before the stack starts: it shows in SC-1, and in no criterion that does not need a sidecar. */
const appliedBroken: Control[] = [
  {
    criterion: 'SC-1',
    broken: 'the annotation that injects the sidecar is removed',
    says: ['Deployment task-api: its pod template has dapr.io/enabled=nothing where true is needed', 'no sidecar was injected (0/1'],
    breakage: { when: 'applied', change: changing('Deployment', 'task-api', withoutSidecar), untilTried: untilAppsRun },
  },
  {
    criterion: 'SC-1',
    broken: 'a component has another name from the start',
    says: ['Component statestore is not in the cluster'],
    breakage: { when: 'applied', change: changing('Component', 'statestore', renamed('state-store')), untilTried: untilAppsRun },
  },
  {
    criterion: 'SC-1',
    broken: 'a sidecar has another app id',
    says: ['dapr.io/app-id=task-apy where task-api is needed'],
    breakage: { when: 'applied', change: changing('Deployment', 'task-api', withAppId('task-apy')), untilTried: untilAppsRun },
  },
]

/** What breaks the task stack so that exactly one of its criteria must fail. */
export const controls: readonly Control[] = [...whileRunning, ...appliedBroken]
