import type { StackEvent } from '../events.ts'
import type { Paint } from './colours.ts'

const marks = { ok: ['green', '✓'], warning: ['yellow', '!'], failed: ['red', '✗'] } as const
const deeds = { created: 'green', changed: 'yellow', unchanged: 'gray', 'taken over': 'cyan', removed: 'red', kept: 'gray' } as const

type Check = Extract<StackEvent, { readonly type: 'check' }>

export const checkLine = ({ check, state, detail, mend }: Check, paint: Paint): string => {
  const [colour, mark] = marks[state]
  return `${paint(colour, mark)} ${check}: ${detail}${mend === undefined ? '' : `; ${mend}`}`
}

type Progress = Extract<StackEvent, { readonly type: 'progress' }>

const usual = ['running', 'waiting: ContainerCreating', 'waiting: PodInitializing']

/** What is unusual about the pods of a workload: those that merely start are not. */
const troubles = ({ pods }: Progress): string[] =>
  pods.flatMap(({ name, containers }) => containers.filter(({ ready, state }) => !ready && !usual.includes(state)).map(({ name: container, state }) => `${name} ${container} ${state}`))

const progressText = (progress: Progress): string => [`${progress.object}: ${progress.detail}`, ...(progress.ready ? [] : troubles(progress))].join(' | ')

/** The last event of each pod that is not ready, for a wait that takes long. */
export const eventsText = ({ pods }: Progress): string[] =>
  pods.flatMap(({ name, containers, event }) => (event === undefined || (containers.length > 0 && containers.every(({ ready }) => ready)) ? [] : [`${name}: ${event}`]))

/** An event as one line for people; nothing where it says nothing to them. */
export const lineOf = (event: StackEvent, paint: Paint): string | undefined => {
  switch (event.type) {
    case 'phase':
      return event.state === 'started' ? paint('bold', `${event.phase} ...`) : `${event.phase}: ${event.seconds.toFixed(1)} s`
    case 'check':
      return checkLine(event, paint)
    case 'object':
      return `${paint(deeds[event.did], event.did)} ${event.object}${event.why === undefined ? '' : `: ${event.why}`}`
    case 'progress':
      return progressText(event)
    case 'note':
      return event.text
    case 'result':
    case 'error':
      return undefined
  }
}
