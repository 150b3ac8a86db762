import type { Context } from '../context.ts'
import { StackError } from '../errors.ts'
import type { Host } from '../host.ts'
import { paintOf } from '../output/colours.ts'
import type { ContractChange } from './changes.ts'
import { contractsLine, contractsText } from './render.ts'

/** Tells the breaking changes of contracts, to people and as JSON. */
export const tellContracts = ({ output, host }: Pick<Context, 'output' | 'host'>, changes: readonly ContractChange[]): void => {
  for (const change of changes) output.emit({ type: 'result', result: 'contract', value: change })
  const text = contractsText(changes, paintOf(host))
  if (text !== undefined) output.print(text)
}

/**
 * Asks whether contracts may be broken. That the cluster may be changed (`--yes`) does not say so.
 * @throws StackError where nobody can be asked
 */
export const contractsAccepted = async ({ options, host, signal }: Pick<Context, 'options' | 'signal'> & { readonly host: Pick<Host, 'interactive' | 'ask'> }, changes: readonly ContractChange[]): Promise<boolean> => {
  if (changes.length === 0 || options.acceptContractChanges) return true
  if (host.interactive && !options.json && !options.yes) return /^y(es)?$/i.test((await host.ask('Break these contracts? [y/N] ', signal)).trim())
  const mend = 'add what is new beside what is there and remove the old later, or give it --accept-contract-changes; nothing was changed'
  throw new StackError('pending', `contracts would be broken: ${contractsLine(changes)}`, mend)
}
