const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }] },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/lib/'],
}

const { KUBECONFIG, TODO_EVENTS_IMAGE } = process.env
/** Against a cluster of one's own, what is about the test cluster says nothing; nor is the example's image there, unless one says where. */
const ofTestCluster = KUBECONFIG === undefined ? [] : ['/test/cluster/', ...(TODO_EVENTS_IMAGE === undefined ? ['/todo-events\\.'] : [])]

/** Suites by what they need: nothing, a real daprd (`.sidecar.`), a real cluster (`.e2e.`), one that nothing else loads (`.alone.`). */
const project = (name, tests, ignored, extra = {}) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/**/*${tests}.test.ts`],
  testPathIgnorePatterns: ignored,
  ...extra,
})

const cluster = { globalSetup: '<rootDir>/test/e2e/global-setup.mjs', globalTeardown: '<rootDir>/test/e2e/global-teardown.mjs' }

export default {
  projects: [
    project('unit', '', ['\\.(sidecar|e2e|alone)\\.test\\.ts$']),
    project('sidecar', '.sidecar', []),
    project('e2e', '.e2e', ofTestCluster, cluster),
    project('e2e:alone', '.alone', ofTestCluster, cluster),
  ],
  reporters: ['default', '<rootDir>/test/totals-reporter.mjs'],
}
