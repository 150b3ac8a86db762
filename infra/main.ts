import { enableCompileCache } from 'node:module'

// Loading is most of what synth does.
enableCompileCache()

const expected = ['SettingsError', 'StackConfigError', 'ManifestRuleError']

try {
  // Imported here, for a config that breaks a rule throws while it is loaded.
  const { synth } = await import('./synth.ts')
  synth(process.env)
} catch (error) {
  if (!(error instanceof Error) || !expected.includes(error.name)) throw error
  console.error(error.message)
  process.exitCode = 2
}
