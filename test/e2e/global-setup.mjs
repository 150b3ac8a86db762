import { tsImport } from 'tsx/esm/api'

/** Jest loads this file as it is; what it does is in TypeScript. */
export default async function setup() {
  const { prepareTarget } = await tsImport('./prepare-target.ts', import.meta.url)
  const target = await prepareTarget(process.env, (line) => process.stderr.write(`${line}\n`))
  Object.assign(process.env, target.env)
  globalThis.releaseTarget = target.release
}
