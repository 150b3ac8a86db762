import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { execa } from 'execa'

import { fileBlocks } from '../docs/blocks.ts'

/** A folder outside of the checkout with the package as `npm pack` makes it, where nothing of the checkout is found. */
export interface Project {
  readonly folder: string
  /** Runs a command there, as its reader would; `stdout` and `stderr` are in `all`. */
  run(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<{ readonly exitCode: number; readonly all: string }>
  /** Writes a file there. */
  write(path: string, text: string): Promise<void>
  remove(): Promise<void>
}

const root = resolve('.')

/** The name that `npm pack` gives the tarball. */
export const tarballName = async (): Promise<string> => {
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly name: string; readonly version: string }
  return `${name}-${version}.tgz`
}

// Where the tests are run by npm, what it tells its scripts of this project is not true of another folder.
const isAboutThisProject = (variable: string): boolean => /^npm_(package|lifecycle|config_local_prefix)|^NODE_OPTIONS$|^INIT_CWD$/.test(variable)
const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isAboutThisProject(name)))

// What is packed is compiled once in a run of a file.
let isCompiled = false

/** Makes an empty folder with the tarball in it, packed anew. */
export const emptyProject = async (): Promise<Project> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-package-'))
  const path = `${dirname(process.execPath)}:${outside['PATH'] ?? ''}`
  await execa('npm', ['pack', '--silent', ...(isCompiled ? ['--ignore-scripts'] : []), '--pack-destination', folder], { cwd: root, env: { ...outside, PATH: path }, extendEnv: false }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true })
    throw error
  })
  isCompiled = true
  return {
    folder,
    run: async (file, args, env = {}) => {
      const { exitCode = 1, all } = await execa(file, args, { cwd: folder, env: { ...outside, PATH: path, CDK8S_CHECK_UPGRADE: 'false', ...env }, extendEnv: false, reject: false, all: true, stdin: 'ignore' })
      return { exitCode, all }
    },
    write: async (name, text) => {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Puts an example of the checkout into a project, and installs what it needs. */
export const installExample = async (project: Project, name: string): Promise<void> => {
  await cp(join(root, 'examples', name), project.folder, { recursive: true })
  const { exitCode, all } = await project.run('npm', ['install', '--no-audit', '--no-fund'])
  if (exitCode !== 0) throw new Error(all)
}

/** Writes the files of a page, as its reader would. */
export const writeFiles = async (project: Project, page: string): Promise<void> => {
  for (const [path, text] of await fileBlocks(page)) await project.write(path, text)
}
