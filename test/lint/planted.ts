import { fileURLToPath } from 'node:url'

import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'

const root = fileURLToPath(new URL('../..', import.meta.url))

// The planted files do not exist, so there are no types to ask.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] })

/** What lint says about a file of this text at this path of the project. */
export const messagesOn = async (path: string, text: string): Promise<string[]> => {
  const [result] = await eslint.lintText(`${text}\n`, { filePath: `${root}/${path}` })
  return result?.messages.map(({ message }) => message) ?? []
}
