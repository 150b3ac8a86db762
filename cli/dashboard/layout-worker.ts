import { parentPort } from 'node:worker_threads'

import type { Picture } from '../graph/picture.ts'
import { plainSvgOf } from '../graph/svg.ts'

interface Order {
  readonly id: number
  readonly picture: Picture
}

// A thread of its own: fifty apps take seconds, in which the page would hear nothing.
parentPort?.on('message', ({ id, picture }: Order) => {
  plainSvgOf(picture).then(
    (svg) => parentPort?.postMessage({ id, svg }),
    (error: unknown) => parentPort?.postMessage({ id, why: String(error) }),
  )
})
