import { deadLetterChain, deadLetterIndex, DeadLetterPage, deadLetterPageKey } from '../../config/define/index.ts'
import { changeValue } from './change-value.ts'
import type { StateStore } from './state-store.ts'

const withId = ({ ids }: DeadLetterPage, id: string): DeadLetterPage | undefined =>
  ids.includes(id) || ids.length >= deadLetterIndex.idsPerPage ? undefined : { schema: 1, ids: [...ids, id] }

/** Puts a dead letter on the first page of its chain that has it or has room for it. */
export const listDeadLetter = async (state: StateStore, topic: string, id: string): Promise<void> => {
  for (let page = 0; ; page += 1) {
    const stored = await changeValue<DeadLetterPage>(state, {
      key: deadLetterPageKey(topic, deadLetterChain(id), page),
      parser: DeadLetterPage,
      change: (current = { schema: 1, ids: [] }) => withId(current, id),
    })
    if (stored?.ids.includes(id)) return
  }
}
