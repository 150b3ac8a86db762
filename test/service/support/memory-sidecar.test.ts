import { memorySidecar } from './memory-sidecar.ts'
import { describeStateContract } from './state-contract.ts'

const sidecar = memorySidecar()

describeStateContract('the double in memory', () => ({ sidecar, store: 'statestore' }))
