import { ComponentFailed, EtagMismatch, type Parser, type Precondition, type SaveOptions, type StateStore, writeConfirmed } from '../dapr/index.ts'
import { settled } from './complete.ts'
import type { DocumentStore, HoldingDocument } from './ports.ts'
import { findWrite } from './write-ids.ts'

export interface DocumentStoreOptions<D> {
  readonly state: StateStore
  readonly keyOf: (id: string) => string
  readonly parser: Parser<D>
  readonly optionsFor: (id: string, document: D) => SaveOptions
}

const preconditionOf = (etag: string | undefined): Precondition => (etag === undefined ? { firstWrite: true } : { etag })

/** Whether the write is in what is stored. Not to know is no answer. */
const isIn = (stored: HoldingDocument<unknown>, document: HoldingDocument<unknown>, key: string): boolean => {
  const found = findWrite(stored, document)
  if (found === 'forgotten') throw new ComponentFailed(key, `version ${document.version} is too far below ${stored.version} to tell whose it is`)
  return found === 'found'
}

/** Documents that hold their events, in a state store. */
export const documentStore = <D extends HoldingDocument<unknown>>({ state, keyOf, parser, optionsFor }: DocumentStoreOptions<D>): DocumentStore<D> => {
  const published = new Set<string>()
  return {
    read: async (id) => {
      const stored = await state.get(keyOf(id), parser)
      return stored && { document: published.has(stored.value.write_id) ? settled(stored.value) : stored.value, etag: stored.etag }
    },
    save: async (id, document, etag) => {
      const key = keyOf(id)
      const isOwn = (stored: D): boolean => isIn(stored, document, key)
      const { written } = await writeConfirmed(state, { key, value: document, precondition: preconditionOf(etag), parser, isOwn, options: optionsFor(id, document) })
      return written ? 'saved' : 'conflict'
    },
    bump: async (id, document, etag) => {
      try {
        await state.save(keyOf(id), document, preconditionOf(etag), optionsFor(id, document))
        return 'saved'
      } catch (error) {
        if (error instanceof EtagMismatch || error instanceof ComponentFailed) return 'conflict'
        throw error
      }
    },
    published: ({ write_id: writeId }) => {
      published.add(writeId)
      return () => { published.delete(writeId) }
    },
  }
}
