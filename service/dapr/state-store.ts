import { ShapeMismatch } from './sidecar-errors.ts'
import type { Precondition, SaveOptions, Sidecar } from './sidecar.ts'

/** Anything that checks an unknown value and gives it a type, such as a zod schema. Give a tolerant one: other versions wrote too. */
export interface Parser<T> {
  parse(value: unknown): T
}

/** A checked value with the store's version of it. */
export interface Stored<T> {
  readonly value: T
  readonly etag: string
}

/** One state store of an app; keys are the app's own. */
export interface StateStore {
  /**
   * `undefined` where no value is.
   * @throws ShapeMismatch when the parser refuses what is stored
   */
  get<T>(key: string, parser: Parser<T>): Promise<Stored<T> | undefined>
  save(key: string, value: unknown, precondition: Precondition, options?: SaveOptions): Promise<void>
  delete(key: string, etag: string): Promise<void>
}

const checked = <T>(parser: Parser<T>, value: unknown, target: string): T => {
  try {
    return parser.parse(value)
  } catch (error) {
    throw new ShapeMismatch(target, error instanceof Error ? error.message : String(error))
  }
}

export const stateStore = (sidecar: Sidecar, store: string): StateStore => ({
  get: async (key, parser) => {
    const found = await sidecar.getState(store, key)
    return found && { value: checked(parser, found.value, `"${key}" in state store "${store}"`), etag: found.etag }
  },
  save: (key, value, precondition, options) => sidecar.saveState(store, key, value, precondition, options),
  delete: (key, etag) => sidecar.deleteState(store, key, etag),
})
