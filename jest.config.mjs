const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }] },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
}

/** Against a cluster of one's own, what is about the test cluster says nothing. */
const ofTestCluster = process.env.KUBECONFIG === undefined ? [] : ['/test/cluster/']

/** Three suites by what they need: nothing, a real daprd (`.sidecar.`), a real cluster (`.e2e.`). */
const project = (name, tests, ignored, extra = {}) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/**/*${tests}.test.ts`],
  testPathIgnorePatterns: ignored,
  ...extra,
})

export default {
  projects: [
    project('unit', '', ['\\.sidecar\\.test\\.ts$', '\\.e2e\\.test\\.ts$']),
    project('sidecar', '.sidecar', []),
    project('e2e', '.e2e', ofTestCluster, { globalSetup: '<rootDir>/test/e2e/global-setup.mjs', globalTeardown: '<rootDir>/test/e2e/global-teardown.mjs' }),
  ],
  reporters: ['default', '<rootDir>/test/totals-reporter.mjs'],
}
