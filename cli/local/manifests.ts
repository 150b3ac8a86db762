import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), annotations: z.record(z.string(), z.string()).optional() }),
})

/** A Kubernetes object, as synth wrote it. */
export type Manifest = z.infer<typeof Manifest>

/** The objects in YAML texts, in order. */
export const parseManifests = (texts: readonly string[]): Manifest[] =>
  texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as unknown)).filter(Boolean).map((object) => Manifest.parse(object))

/** The objects in the YAML files of a folder. */
export const readManifests = async (folder: string): Promise<Manifest[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  return parseManifests(await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8'))))
}
