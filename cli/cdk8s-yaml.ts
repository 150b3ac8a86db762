import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parse } from 'yaml'
import { z } from 'zod'

const Cdk8sYaml = z.object({ app: z.string(), output: z.string().default('dist'), verify: z.string().optional() })

/** What cdk8s.yaml says of the app: the command that runs it, the folder its manifests go to, and the module with what it is verified by. */
export type AppSettings = z.infer<typeof Cdk8sYaml>

/** Reads the cdk8s.yaml of a folder; undefined where there is none with an `app`. */
export const readCdk8sYaml = async (root: string): Promise<AppSettings | undefined> => {
  const text = await readFile(join(root, 'cdk8s.yaml'), 'utf8').catch(() => '')
  return Cdk8sYaml.safeParse(parse(text)).data
}
