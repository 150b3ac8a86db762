import { randomUUID } from 'node:crypto'

import { expect, test } from '@jest/globals'

import { stack } from '../../../config/tasks/index.ts'
import { bind, type SaveOptions } from '../../../service/dapr/index.ts'
import { anyone } from '../../../service/http/index.ts'
import { idOfKey } from '../../../service/task-api/idempotency.ts'
import { identityOf, registerUser } from '../../../service/task-api/register-user.ts'
import { registered } from '../../../service/task-api/user-document.ts'
import { recoverUser, userEventPublisher, userIdOf, userJournalKey, userStore } from '../../../service/task-api/user-store.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'
import { noJournal } from '../support/no-journal.ts'

const facts = { at: '2026-01-01T00:00:00.000Z', writeId: 'write-1', correlationId: 'cause' }
const fields = { name: 'Ann', email: null, time_zone: 'UTC' }

const setUp = () => {
  const sidecar = memorySidecar()
  const options: (SaveOptions | undefined)[] = []
  const { saveState } = sidecar
  sidecar.saveState = (store, key, value, precondition, given) => {
    options.push(given)
    return saveState(store, key, value, precondition, given)
  }
  const dapr = bind(stack, 'task-api', sidecar)
  const completion = { store: userStore(dapr), events: userEventPublisher(dapr), pause: async () => undefined }
  return { sidecar, options, completion, deps: { ...completion, journal: noJournal, log: { warn: () => undefined } } }
}

test('the event of a user whose writer died is published, and the document settled', async () => {
  const { sidecar, completion } = setUp()
  await completion.store.save('ann', registered('ann', fields, facts))
  await recoverUser(completion, 'ann')
  expect(sidecar.published.map(({ id, type }) => [id, type])).toEqual([['ann-1', 'user.registered']])
  expect((await completion.store.read('ann'))?.document).toMatchObject({ version: 1, pending: [], user: { name: 'Ann' } })
})

test('a registration that comes late finds a fence', async () => {
  const { completion } = setUp()
  const id = randomUUID()
  await recoverUser(completion, id)
  expect(await completion.store.save(id, registered(id, fields, facts))).toBe('conflict')
})

test('a fence has no time to live, and the next request of the key takes its place', async () => {
  const { sidecar, options, completion, deps } = setUp()
  await recoverUser(completion, idOfKey('k'))
  expect(options.at(-1)).toEqual({})
  expect(await registerUser(deps, fields, facts, identityOf(anyone, fields, 'k'))).toMatchObject({ id: idOfKey('k'), name: 'Ann' })
  expect(sidecar.published).toHaveLength(1)
})

test('the journal tells users from tasks', () => {
  expect(userIdOf(userJournalKey('ann'))).toBe('ann')
  expect(userIdOf(randomUUID())).toBeUndefined()
})
