import type { Paint } from '../output/colours.ts'
import type { ContractChange } from './changes.ts'

/** The topic, or the app. */
const ownerOf = ({ name }: ContractChange): string => name.split('/')[0] ?? ''

/** Who cannot read what, and when. */
const effectText = (change: ContractChange): string => {
  const { contract, unread } = change
  const apps = change.apps.join(', ')
  const isOld = unread === 'old'
  switch (contract) {
    case 'event':
      return isOld ? `${apps} cannot read events that are in flight` : `replicas of ${apps} from before the change cannot read new events, during the rollout and after a rollback`
    case 'request':
      return isOld ? `${ownerOf(change)} refuses calls of ${apps} from before the change` : `${ownerOf(change)} from before the change refuses new calls of ${apps}, during the rollout`
    case 'answer':
      return isOld ? `${apps} cannot read answers of ${ownerOf(change)} from before the change, during the rollout` : `${apps} from before the change cannot read answers of the new ${ownerOf(change)}`
    case 'document':
      return isOld ? `${apps} cannot read what is stored` : `after a rollback, and during the rollout, ${apps} from before the change cannot read what was stored meanwhile`
    case 'job':
      return isOld ? `${apps} cannot take jobs that wait` : `after a rollback, and during the rollout, ${apps} from before the change cannot take jobs that were scheduled meanwhile`
  }
}

const sentence = ({ contract, path, change }: ContractChange, names: readonly string[]): string =>
  `${contract}${names.length > 1 ? 's' : ''} ${names.join(', ')}${path === '' ? '' : `: ${path}`} ${change}`

/** What is the same of several, such as all events of a topic, once. */
const groupsOf = (changes: readonly ContractChange[]): (readonly [ContractChange, ...ContractChange[]])[] => {
  const groups = Map.groupBy(changes, (change) => JSON.stringify({ ...change, name: ownerOf(change) }))
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [[first, ...others] as const] : []))
}

/** A change in two lines. */
const changeText = (changes: readonly [ContractChange, ...ContractChange[]], paint: Paint): string =>
  `${paint('red', '!')} ${sentence(changes[0], changes.map(({ name }) => name))}\n    ${effectText(changes[0])}`

/** The breaking changes of contracts for people; nothing where there are none. */
export const contractsText = (changes: readonly ContractChange[], paint: Paint): string | undefined => {
  if (changes.length === 0) return undefined
  const count = `${changes.length} breaking ${changes.length === 1 ? 'change' : 'changes'} of contracts`
  const rollback = changes.some(({ contract, unread }) => (contract === 'document' || contract === 'job') && unread === 'new') ? 'a rollback could not read what was stored' : 'a rollback could read what was stored'
  return [...groupsOf(changes).map((group) => changeText(group, paint)), `${count}; ${rollback}`].join('\n')
}

/** The same in one line. */
export const contractsLine = (changes: readonly ContractChange[]): string =>
  groupsOf(changes).map((group) => `${sentence(group[0], group.map(({ name }) => name))}: ${effectText(group[0])}`).join('; ')
