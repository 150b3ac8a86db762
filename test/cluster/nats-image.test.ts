import { expect, test } from '@jest/globals'

import { images } from '../../infra/images.ts'
import { versions } from '../../toolchain/versions.ts'

test('the server that is built is of the version that the reference of the image says', () => {
  expect(images.nats).toBe(`docker.io/library/nats:${versions.nats}-alpine`)
})
