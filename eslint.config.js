import { builtinModules } from 'node:module'

import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

// --- Import direction (docs/architecture.md). Each message holds the mend. ---

const ours = ['config', 'imports', 'infra', 'service', 'cli', 'verify', 'toolchain', 'test', 'bench']
const folders = (names) => names.map((name) => `./${name}`)
const zone = (target, from, message) => ({ target: folders(target), from: folders(from), message })

const zones = [
  zone(
    ['config'],
    ours.filter((name) => name !== 'config'),
    'config/ is what all others read and imports nothing of ours: move what is shared into config/, or take it as an argument.',
  ),
  zone(['infra'], ['service', 'cli', 'toolchain', 'test'], 'infra/ only turns config/ into manifests: put what both sides need into config/.'),
  zone(
    ['service'],
    ['infra', 'imports', 'cli', 'toolchain', 'test'],
    'service/ runs in an image that holds only config/ and service/: put what both sides need into config/.',
  ),
  zone(['imports'], ours.filter((name) => name !== 'imports'), 'imports/ is generated: run `npm run imports` instead of editing it.'),
  zone(['cli', 'toolchain'], ['test', 'service'], 'only test/ and bench/ import test/ and service/: move the helper into toolchain/, or what is shared into config/.'),
  zone(['infra', 'service', 'cli', 'toolchain'], ['verify'], 'verify/ says what a stack is judged by and lends nothing: `stack verify` loads it by its path; move what is shared into cli/verify/.'),
  zone(['verify'], ['infra', 'imports', 'service', 'toolchain', 'test'], 'verify/ judges a stack from outside: read its config, or look into the cluster.'),
  zone(['cli', 'toolchain'], ['imports'], 'only infra/ and its tests read the bindings: export a construct from infra/constructs/ and use that.'),
]

const written = { regex: '^\\.{1,2}/(.*/)?(dist|build|lib)/', message: 'dist/, build/ and lib/ are written, never imported: import the source.' }
const bench = { regex: '^\\.{1,2}/(.*/)?bench/', message: 'bench/ measures and lends nothing: move the helper out of it.' }
const bare = { regex: `^(${builtinModules.filter((name) => !name.includes(':')).join('|')})$`, message: 'Node\'s own modules are imported as `node:…`.' }

const impure = {
  regex: '^(?!zod$|zod/|\\.{1,2}/)',
  message: 'config/ is data and imports only zod and its own files: take the value as an argument, or do the work in infra/ or service/.',
}
const manifests = {
  regex: '^(cdk8s|cdk8s-plus-\\d+|constructs)(/|$)',
  message: 'manifests are made in infra/ only: read the config, or derive what you need from its graph.',
}
const clients = {
  regex: '^(redis|ioredis|@redis/.+|kafkajs|@confluentinc/.+|node-rdkafka|amqplib|pg|mysql2|mongodb|axios|got|node-fetch|@kubernetes/.+)(/|$)',
  message: 'services reach stores, brokers, secrets and each other through Dapr alone: use the binding in service/dapr/.',
}

// --- The process edge ---

const edge = 'take it as an argument and let main.ts hand it in.'
const output = `only main.ts prints: return the text, or ${edge}`
const processImports = ['node:process', 'process'].map((name) => ({ name, message: `only main.ts touches the process: ${edge}` }))
const consoleImports = ['node:console', 'console'].map((name) => ({ name, message: output }))
const processGlobal = { name: 'process', message: `only main.ts touches the process: ${edge}` }
const consoleGlobal = { name: 'console', message: output }
const property = ({ name, message }) => ({ object: 'globalThis', property: name, message })

/** Imports and globals a folder may not use; one block per folder, because a later block replaces the rule of an earlier one. */
const restricted = (files, { patterns = [], process, console, mayBench, ignores = [] }) => {
  const globals = [...(process ? [processGlobal] : []), ...(console ? [consoleGlobal] : [])]
  return {
    files,
    ignores,
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [...(process ? processImports : []), ...(console ? consoleImports : [])], patterns: [written, bare, ...(mayBench ? [] : [bench]), ...patterns] },
      ],
      'no-restricted-globals': ['error', ...globals],
      'no-restricted-properties': ['error', ...globals.map(property)],
    },
  }
}

const edges = ['**/main.ts', 'service/**/run.ts']
const closed = { process: true, console: true }
const folderRules = [
  restricted(['**/*.ts'], {}),
  restricted(['config/**/*.ts'], { patterns: [impure], ...closed }),
  restricted(['infra/**/*.ts', 'cli/**/*.ts', 'verify/**/*.ts'], { ignores: edges, ...closed }),
  restricted(['service/**/*.ts'], { patterns: [manifests, clients], ignores: edges, ...closed }),
  restricted(edges.map((name) => (name.startsWith('service/') ? name : `service/${name}`)), { patterns: [manifests, clients] }),
  // These two are about this machine: they may ask the process for its platform, user and environment.
  restricted(['toolchain/**/*.ts', 'test/**/*.ts'], { ignores: edges, console: true }),
  restricted(['test/bench/**/*.ts'], { console: true, mayBench: true }),
]

// --- Words that no file may use ---

const testGroups = '/^(describe|it|test)$/'
const unfinished = '/^(only|skip|todo|failing)$/'
const words = [
  { selector: 'TSEnumDeclaration', message: 'No enum: write a union of literals, or an `as const` object.' },
  ...[`object.name=${testGroups}`, `object.object.name=${testGroups}`].map((object) => ({
    selector: `MemberExpression[${object}][property.name=${unfinished}]`,
    message: 'Every test runs, here and in CI: finish it or remove it.',
  })),
  { selector: 'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]', message: 'Every test runs, here and in CI: finish it or remove it.' },
]

const disableNeedsReason = {
  meta: { type: 'problem', schema: [], messages: { reason: 'Say why: `// eslint-disable-next-line rule -- the reason`, or remove the comment.' } },
  create: (context) => ({
    Program: () => {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) context.report({ loc: comment.loc, messageId: 'reason' })
      }
    },
  }),
}

const typescript = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  // Kubernetes objects are written as literals; its client's classes are only their types.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // An async function without await is how a port's promise is kept by an adapter that needs none.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 8 }],
}

const imports = {
  'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
  'import-x/no-cycle': ['error', { ignoreExternal: true }],
  'import-x/no-self-import': 'error',
  'import-x/no-default-export': 'error',
  'import-x/no-mutable-exports': 'error',
  'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
}

const size = {
  complexity: ['error', 12],
  'max-depth': ['error', 3],
  'max-lines': ['error', 400],
  'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
}

export default tseslint.config(
  { ignores: ['imports/', 'dist/', 'build/', 'lib/', 'node_modules/', '.results/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX, local: { rules: { 'disable-needs-reason': disableNeedsReason } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/extensions': ['.ts', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: import.meta.dirname })],
    },
    rules: {
      ...typescript,
      ...imports,
      ...size,
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...words],
      'local/disable-needs-reason': 'error',
    },
  },
  {
    // Its own tsconfig.json is for a folder where the package is installed; here the names of the package lead to the source.
    files: ['examples/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: './tsconfig.json' } },
  },
  ...folderRules,
  {
    // A construct is made for its effect: it adds itself to its scope.
    files: ['infra/**/*.ts', 'test/infra/**/*.ts'],
    rules: { 'no-new': 'off' },
  },
  { files: ['test/**/*.ts'], rules: { 'max-lines-per-function': 'off', '@typescript-eslint/unbound-method': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs'],
    plugins: { local: { rules: { 'disable-needs-reason': disableNeedsReason } } },
    rules: { ...size, eqeqeq: 'error', 'no-unused-vars': 'error', 'no-restricted-syntax': ['error', ...words], 'local/disable-needs-reason': 'error' },
  },
)
