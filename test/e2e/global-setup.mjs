/** Jest loads this file as it is; what it does is in TypeScript, which Node runs. */
export default async function setup() {
  const { prepareTarget } = await import('./prepare-target.ts')
  const target = await prepareTarget(process.env, (line) => process.stderr.write(`${line}\n`))
  Object.assign(process.env, target.env)
  globalThis.releaseTarget = target.release
}
