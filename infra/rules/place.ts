import type { Thing } from './thing.ts'
import { type Json, listOf, mapOf, type Path, valueAt } from './values.ts'

/** A map somewhere in an object. */
export interface Place {
  readonly path: Path
  readonly body: Json
}

/** The maps of a list in an object. */
export const placesAt = ({ body }: Thing, path: Path): Place[] => listOf(valueAt(body, path)).map((one, index) => ({ path: [...path, index], body: mapOf(one) }))
