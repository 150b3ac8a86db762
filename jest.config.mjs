const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }] },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/lib/'],
}

/** Stacks with an image of their own, by the variable that says where the nodes of a cluster of one's own take it from. */
const stacksOfTheirOwn = { TODO_EVENTS_IMAGE: '/todo-events\\.e2e', GUIDE_IMAGE: '/guide\\.e2e' }
const withoutImage = Object.entries(stacksOfTheirOwn).flatMap(([variable, test]) => (process.env[variable] === undefined ? [test] : []))

/** Against a cluster of one's own, what is about the test cluster says nothing, nor does what has no image there. */
const ofTestCluster = process.env.KUBECONFIG === undefined ? [] : ['/test/cluster/', ...withoutImage]

/** Suites by what they need: nothing, a real daprd (`.sidecar.`), a real cluster (`.e2e.`), one that nothing else loads (`.alone.`), and more time than `npm test` takes (`.long.`). */
const project = (name, tests, ignored, extra = {}) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/**/*${tests}.test.ts`],
  testPathIgnorePatterns: ignored,
  ...extra,
})

const cluster = { globalSetup: '<rootDir>/test/e2e/global-setup.mjs', globalTeardown: '<rootDir>/test/e2e/global-teardown.mjs' }

export default {
  // By itself jest leaves one core idle.
  maxWorkers: 2,
  projects: [
    project('unit', '', ['\\.(sidecar|e2e|alone|long)\\.test\\.ts$']),
    project('sidecar', '.sidecar', []),
    project('e2e', '.e2e', ofTestCluster, cluster),
    project('e2e:alone', '.alone', ofTestCluster, cluster),
    project('e2e:long', '.long', ofTestCluster, cluster),
  ],
  reporters: ['default', '<rootDir>/test/totals-reporter.mjs'],
}
