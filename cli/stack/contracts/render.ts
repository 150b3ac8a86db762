import type { Paint } from '../output/colours.ts'
import type { ContractChange } from './changes.ts'

const calleeOf = ({ name }: ContractChange): string => name.split('/')[0] ?? ''

/** Who cannot read what, and when. */
const effectText = (change: ContractChange): string => {
  const { contract, unread } = change
  const apps = change.apps.join(', ')
  const isOld = unread === 'old'
  switch (contract) {
    case 'event':
      return isOld ? `${apps} cannot read events that are in flight` : `replicas of ${apps} from before the change cannot read new events, during the rollout and after a rollback`
    case 'request':
      return isOld ? `${calleeOf(change)} refuses calls of ${apps} from before the change` : `${calleeOf(change)} from before the change refuses new calls of ${apps}, during the rollout`
    case 'answer':
      return isOld ? `${apps} cannot read answers of ${calleeOf(change)} from before the change, during the rollout` : `${apps} from before the change cannot read answers of the new ${calleeOf(change)}`
    case 'document':
      return isOld ? `${apps} cannot read what is stored` : `after a rollback, and during the rollout, ${apps} from before the change cannot read what was stored meanwhile`
  }
}

const subjectText = ({ contract, name, path }: ContractChange): string => `${contract} ${name}${path === '' ? '' : `, ${path}`}`

/** A change in two lines. */
const changeText = (change: ContractChange, paint: Paint): string => `${paint('red', `! ${subjectText(change)}`)}: ${change.change}\n    ${effectText(change)}`

/** The breaking changes of contracts for people; nothing where there are none. */
export const contractsText = (changes: readonly ContractChange[], paint: Paint): string | undefined => {
  if (changes.length === 0) return undefined
  const count = `${changes.length} breaking ${changes.length === 1 ? 'change' : 'changes'} of contracts`
  const rollback = changes.some(({ contract, unread }) => contract === 'document' && unread === 'new') ? 'a rollback could not read what was stored' : 'a rollback could read what was stored'
  return [...changes.map((change) => changeText(change, paint)), `${count}; ${rollback}`].join('\n')
}

/** A change in one line. */
export const contractLine = (change: ContractChange): string => `${subjectText(change)} ${change.change}: ${effectText(change)}`
