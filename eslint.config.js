// Keeps the layers apart and the clock in one place; each message says which accident its rule prevents.
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * One ban on an import. ESLint keeps only the last setting of a rule for a file, so each folder's list is put together here.
 * @typedef {{ regex: string, message: string }} ImportBan
 */

const BANS = {
  nodeModules: {
    regex: '^(node:|(assert|buffer|crypto|fs|net|os|path|process|timers|url|util|worker_threads)(/|$))',
    message: 'shared runs in the page too: a Node module here breaks the page only when someone opens it.',
  },
  clocks: {
    regex: '^(node:)?(timers|perf_hooks)(/|$)',
    message: 'Take the Clock that is passed in: a test with a manual clock would wait for real time here.',
  },
  ours: {
    regex: '^@bigboard/|^(\\.\\./)+(server|web|scripts)/',
    message: 'shared imports nothing of ours: it is what all the others stand on.',
  },
  serverOthers: {
    regex: '^@bigboard/(?!shared/)|^(\\.\\./)+(shared|web|scripts)/',
    message:
      'The server imports only @bigboard/shared: reaching into the page ties two programs that are deployed apart.',
  },
  webOthers: {
    regex: '^@bigboard/(?!shared/)|^(\\.\\./)+(shared|server|scripts)/',
    message:
      'The page imports only @bigboard/shared: one import from the server puts its code and its secrets in the bundle.',
  },
  scriptsOthers: {
    regex: '^@bigboard/(?!shared/|server/feeds$)|^(\\.\\./)+(shared|server|web)/',
    message:
      'Scripts import @bigboard/shared and @bigboard/server/feeds; for anything else they talk to a running server.',
  },
  socketIo: {
    regex: '^socket\\.io($|/)|^socket\\.io-(adapter|parser)|^engine\\.io',
    message:
      'Only server/src/socket speaks Socket.IO: elsewhere a second way to emit would bypass the order of the log.',
  },
  express: {
    regex: '^express($|/)|^helmet$',
    message: 'Only server/src/http speaks Express: elsewhere a route would miss its security headers and limits.',
  },
  pino: {
    regex: '^pino($|[-/])',
    message: 'Take the Logger that is handed in (server/src/logger.ts): another one would not keep to LOG_LEVEL.',
  },
  promClient: {
    regex: '^prom-client$',
    message:
      'Metrics are declared in server/src/metrics.ts: declared twice, prom-client throws when the second one loads.',
  },
  redis: {
    regex: '^ioredis($|/)',
    message:
      'Only server/src/store/redis opens connections to Redis: made elsewhere, one queues in an outage, or ends the process.',
  },
  chartJs: {
    regex: '^chart\\.js($|/)',
    message: 'Only web/src/charts draws with Chart.js: a chart made elsewhere is not destroyed, and leaks its canvas.',
  },
  socketClient: {
    regex: '^socket\\.io-client$|^engine\\.io-client$',
    message: 'Only web/src/live opens a connection: a second socket doubles the load and its positions disagree.',
  },
};

/**
 * @param {(keyof typeof BANS)[]} names
 * @returns {import('eslint').Linter.RulesRecord}
 */
function banImports(...names) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns: names.map((name) => BANS[name]) }] };
}

const CLOCK_MESSAGE =
  'Take the Clock that is passed in (server/src/clock.ts): with the real one a replay and a test differ each run.';
const RANDOM_MESSAGE =
  'Take the seeded generator that is passed in: with this one the same seed gives another game each run.';
const POWER_MESSAGE =
  'Node versions round powers differently, so a seed would give other prices on Node 24; multiply, or use exp and log.';
const ENVIRONMENT_MESSAGE =
  'Read it in server/src/config.ts: only there is it validated, defaulted and listed in the README.';

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'];

const banClock = {
  globals: TIMERS.map((name) => ({ name, message: CLOCK_MESSAGE })),
  properties: [
    { object: 'Date', property: 'now', message: CLOCK_MESSAGE },
    { object: 'performance', property: 'now', message: CLOCK_MESSAGE },
    { object: 'performance', property: 'timeOrigin', message: CLOCK_MESSAGE },
    ...TIMERS.map((property) => ({ object: 'globalThis', property, message: CLOCK_MESSAGE })),
    { object: 'Math', property: 'random', message: RANDOM_MESSAGE },
  ],
  syntax: [
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: CLOCK_MESSAGE },
    { selector: 'CallExpression[callee.name="Date"]', message: CLOCK_MESSAGE },
  ],
};

const banEnvironment = {
  globals: [],
  properties: [{ object: 'process', property: 'env', message: ENVIRONMENT_MESSAGE }],
  syntax: [
    {
      selector: 'ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name="env"]',
      message: ENVIRONMENT_MESSAGE,
    },
  ],
};

const banPowers = {
  globals: [],
  properties: [{ object: 'Math', property: 'pow', message: POWER_MESSAGE }],
  syntax: [
    { selector: 'BinaryExpression[operator="**"]', message: POWER_MESSAGE },
    { selector: 'AssignmentExpression[operator="**="]', message: POWER_MESSAGE },
  ],
};

/**
 * @param {{ globals: object[], properties: object[], syntax: object[] }[]} bans
 * @returns {any} its three rules: their option types are tuples, which a spread cannot be shown to be
 */
function banUses(...bans) {
  /** @param {'globals' | 'properties' | 'syntax'} list */
  const setting = (list) => {
    const banned = bans.flatMap((ban) => ban[list]);
    // A setting without a list would keep the list of the wider folder.
    return banned.length > 0 ? ['error', ...banned] : 'off';
  };
  return {
    'no-restricted-globals': setting('globals'),
    'no-restricted-properties': setting('properties'),
    'no-restricted-syntax': setting('syntax'),
  };
}

/** @type {import('eslint').Linter.RulesRecord} */
const ALLOW_UNSAFE_VALUES = {
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
};

const TEST_FILES = [
  '**/*.test.ts',
  '**/*.test-d.ts',
  '**/*.bench.ts',
  '**/*.contract.ts',
  '**/test/**',
  '**/bench/**',
  '**/e2e/**',
];
/** Layers and the clock bind what runs for a viewer; tests drive it from outside, as anyone may. */
const PRODUCT = { ignores: TEST_FILES };

export default defineConfig(
  { ignores: ['**/dist/**', '**/coverage/**', '**/recordings/**', 'data/**', '.ci/**'] },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
      },
    },
  },
  tseslint.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.test.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    // {@html}: a team name from a feed would run as a script in every viewer.
    rules: {
      'svelte/no-at-html-tags': 'error',
      // A plain Map beside the reactive state is a choice here: thousands of updates a second must not each wake an effect.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // An async method without an await is how an in-memory implementation keeps the promise of its interface.
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },

  // shared: pure, the same in the page and on the server.
  {
    ...PRODUCT,
    files: ['shared/src/**'],
    rules: { ...banImports('ours', 'nodeModules'), ...banUses(banClock, banEnvironment, banPowers) },
  },

  // server: each outside library behind one folder or file; the clock, the environment and chance come in from main.
  {
    ...PRODUCT,
    files: ['server/src/**'],
    rules: {
      ...banImports('serverOthers', 'clocks', 'socketIo', 'express', 'pino', 'promClient', 'redis'),
      ...banUses(banClock, banEnvironment),
    },
  },
  {
    ...PRODUCT,
    files: ['server/src/socket/**'],
    rules: banImports('serverOthers', 'clocks', 'express', 'pino', 'promClient', 'redis'),
  },
  {
    ...PRODUCT,
    files: ['server/src/http/**'],
    rules: banImports('serverOthers', 'clocks', 'socketIo', 'pino', 'promClient', 'redis'),
  },
  {
    ...PRODUCT,
    files: ['server/src/store/redis/redis-link.ts'],
    rules: banImports('serverOthers', 'clocks', 'socketIo', 'express', 'pino', 'promClient'),
  },
  {
    files: ['server/src/logger.ts'],
    rules: banImports('serverOthers', 'clocks', 'socketIo', 'express', 'promClient', 'redis'),
  },
  {
    files: ['server/src/metrics.ts'],
    rules: banImports('serverOthers', 'clocks', 'socketIo', 'express', 'pino', 'redis'),
  },
  {
    files: ['server/src/clock.ts'],
    rules: {
      ...banImports('serverOthers', 'socketIo', 'express', 'pino', 'promClient', 'redis'),
      ...banUses(banEnvironment),
    },
  },
  { files: ['server/src/config.ts', 'server/src/main.ts'], rules: banUses(banClock) },
  { ...PRODUCT, files: ['server/src/feeds/**'], rules: banUses(banClock, banEnvironment, banPowers) },

  // web: one folder holds the connection, one the charts.
  { ...PRODUCT, files: ['web/src/**'], rules: banImports('webOthers', 'chartJs', 'socketClient') },
  { ...PRODUCT, files: ['web/src/charts/**'], rules: banImports('webOthers', 'socketClient') },
  { ...PRODUCT, files: ['web/src/live/**'], rules: banImports('webOthers', 'chartJs') },

  { ...PRODUCT, files: ['scripts/**'], rules: banImports('scriptsOthers') },

  // Tests hand half-made values to the code on purpose; plain JavaScript cannot narrow what JSON.parse returns without noise;
  // in a component, ESLint takes every imported component for `any`, where svelte-check knows its properties.
  { files: [...TEST_FILES, '**/*.mjs', '**/*.svelte'], rules: ALLOW_UNSAFE_VALUES },
  { files: TEST_FILES, rules: { '@typescript-eslint/unbound-method': 'off' } },
  // These belong to no program that tsc knows.
  { files: ['**/*.config.js', 'web/*.config.ts', 'web/public/**'], ...tseslint.configs.disableTypeChecked },
);
