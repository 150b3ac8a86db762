import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execa } from 'execa'

import type { StackEvent } from '../../../cli/stack/events.ts'
import { buildImage } from '../../../cli/stack/image/build.ts'
import { ensurePackages } from '../../../toolchain/packages.ts'

const image = 'localhost:1/stack-build-test:1'
let folder = ''

/** A folder with a Dockerfile, and a `kind` that keeps what it is given: a real one would want a Docker daemon. */
beforeAll(async () => {
  await ensurePackages(['buildah'], () => undefined)
  folder = await mkdtemp(join(tmpdir(), 'stack-image-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/kind'), `#!/bin/sh\necho "$1 $2 $4 $5" > ${folder}/said\ncp "$3" ${folder}/loaded.tar\n`)
  await chmod(join(folder, 'bin/kind'), 0o755)
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY hello /hello\n')
  await writeFile(join(folder, 'storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/run"\n`)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const build = async (hello: string, context: string) => {
  await writeFile(join(folder, 'hello'), hello)
  const events: StackEvent[] = []
  const env = { ...process.env, PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter), CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'), BUILDAH_ISOLATION: 'chroot' }
  const output = { emit: (event: StackEvent) => { events.push(event) }, print: () => undefined, show: () => undefined, end: () => undefined }
  return { built: await buildImage({ host: { root: folder, env }, output, signal: new AbortController().signal }, { tool: 'buildah', image, context }), events }
}

test('buildah builds the Dockerfile, hands the image to kind, and tells one content from another', async () => {
  const { built, events } = await build('one', 'kind-dev')
  expect(built).toEqual({ image, id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), replaces: true })
  expect(await readFile(join(folder, 'said'), 'utf8')).toBe('load image-archive --name dev\n')
  expect(JSON.parse((await execa('tar', ['-xOf', join(folder, 'loaded.tar'), 'manifest.json'])).stdout)).toMatchObject([{ RepoTags: [image] }])
  expect(events.at(-1)).toMatchObject({ type: 'progress', object: `image ${image}`, ready: true })
  expect((await build('two', 'kind-dev')).built.id).not.toBe(built.id)
}, 60_000)

test('fails with what the tool says when the registry does not answer', async () => {
  await expect(build('one', 'elsewhere')).rejects.toThrow(/buildah push[^]*connection refused[^]*nothing was applied/)
}, 60_000)
