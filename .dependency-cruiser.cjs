/**
 * The walls of the house. The comment of each is what a developer reads when the check stops: why the wall is there
 * and where the thing they wanted can be had instead. scripts/prove-walls.mjs breaks every one of them.
 */
const testFile = '\\.(test|spec)\\.tsx?$';
const bothHosts = '^src/main/(host/|index\\.ts$|browser-host\\.ts$)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'shared-is-pure',
      severity: 'error',
      comment:
        'src/shared runs in the window, the core, the server and the widget alike: it may use zod and itself. Take clock, random and everything else as an argument.',
      from: { path: '^src/shared/', pathNot: testFile },
      to: { pathNot: ['^src/shared/', '^node_modules/zod/'] },
    },
    {
      name: 'renderer-sees-only-shared',
      severity: 'error',
      comment:
        'The window knows the ConsoleApi and nothing behind it. Need data? Add a query to src/shared/console-api.ts and a handler in src/main/core.',
      from: { path: '^src/renderer/' },
      to: {
        path: [
          '^src/(main|preload|server|widget)/',
          '^node_modules/(electron|better-sqlite3|drizzle-orm|socket\\.io|fastify|pg)/',
        ],
      },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      comment:
        'No Node built-ins in the window: the same bundle is served to a plain browser. Let the core do it behind a query or a command.',
      from: { path: '^src/renderer/', pathNot: testFile },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-features-apart',
      severity: 'error',
      comment:
        'Features of the window do not import each other; a screen in src/renderer/screens puts them together. What two of them need is design/ (looks) or console/ (wire).',
      from: { path: '^src/renderer/(?!console/|design/|i18n/|screens/)([^/]+)/' },
      to: { path: '^src/renderer/[^/]+/', pathNot: ['^src/renderer/(console|design|i18n)/', '^src/renderer/$1/'] },
    },
    {
      name: 'design-knows-no-feature',
      severity: 'error',
      comment:
        'design/, console/ and i18n/ lie under the features and know none of them. Pass what they need as a property.',
      from: { path: '^src/renderer/(console|design|i18n)/' },
      to: { path: '^src/renderer/', pathNot: '^src/renderer/(console|design|i18n)/' },
    },
    {
      name: 'preload-is-a-wire',
      severity: 'error',
      comment:
        'The preload passes frames. It holds no logic, so electron and src/shared/console-frames.ts are all it needs. Put the rest in the core.',
      from: { path: '^src/preload/', pathNot: testFile },
      to: { pathNot: ['^src/preload/', '^src/shared/console-frames\\.ts$', '^node_modules/electron/', '^electron$'] },
    },
    {
      name: 'core-has-no-host',
      severity: 'error',
      comment:
        'The core runs under Electron, under plain Node and under vitest: no electron, no host, no window, no server code. What a host must do, it does as one more client of the ConsoleApi.',
      from: { path: '^src/main/core/' },
      to: { path: ['^node_modules/electron/', '^electron$', bothHosts, '^src/(renderer|preload|server|widget)/'] },
    },
    {
      name: 'host-starts-core-only-by-its-thread',
      severity: 'error',
      comment:
        'A host talks to the core in frames. It starts core-thread.ts (src/shared/core-start.ts says with what) and imports nothing else of the core.',
      from: { path: bothHosts, pathNot: testFile },
      to: { path: '^src/main/core/', pathNot: '^src/main/core/core-thread\\.ts$' },
    },
    {
      name: 'electron-stays-in-its-host',
      severity: 'error',
      comment:
        'electron is imported by src/main/index.ts, src/main/host/electron and src/preload. Elsewhere take what you need as an argument.',
      from: { path: '^src/', pathNot: ['^src/main/(index\\.ts$|host/electron/)', '^src/preload/'] },
      to: { path: ['^node_modules/electron/', '^electron$'] },
    },
    {
      name: 'one-door-to-sqlite',
      severity: 'error',
      comment: 'better-sqlite3 is opened in src/main/core/db. Elsewhere take the Reader or the Writer handed to you.',
      from: { path: '^src/', pathNot: ['^src/main/core/db/', testFile] },
      to: { path: '^node_modules/better-sqlite3/' },
    },
    {
      name: 'one-socket-per-room',
      severity: 'error',
      comment:
        'socket.io-client is the business of core/sync, renderer/console/loopback-port.ts, the widget and the demo visitors. A feature of the core asks sync through what core.ts hands it; a feature of the window asks the ConsoleApi.',
      from: {
        path: '^src/',
        pathNot: [
          '^src/main/core/sync/',
          '^src/renderer/console/loopback-port\\.ts$',
          '^src/widget/',
          '^src/server/demo/',
          testFile,
        ],
      },
      to: { path: '^node_modules/socket\\.io-client/' },
    },
    {
      name: 'outbox-has-one-front-door',
      severity: 'error',
      comment:
        'A feature puts work in the outbox with outbox/enqueue.ts and reads its state from outbox/outbox-state.ts; draining it is the business of sync/.',
      from: { path: '^src/main/core/(?!outbox/|sync/|core\\.ts$|(open|keep)-seat\\.ts$)', pathNot: testFile },
      to: { path: '^src/main/core/outbox/', pathNot: '^src/main/core/outbox/(enqueue|outbox-state)\\.ts$' },
    },
    {
      name: 'features-do-not-know-sync',
      severity: 'error',
      comment:
        'Sync applies rows to tables; features read tables. Neither calls the other; core.ts and the two files of the seat introduce them.',
      from: { path: '^src/main/core/(?!sync/|core\\.ts$|(open|keep)-seat\\.ts$)', pathNot: testFile },
      to: { path: '^src/main/core/sync/' },
    },
    {
      name: 'server-and-console-meet-in-shared',
      severity: 'error',
      comment: 'The server and the console share src/shared/sync-protocol.ts and the domain, never each other.',
      from: { path: '^src/server/', pathNot: testFile },
      to: { path: '^src/(main|preload|renderer)/' },
    },
    {
      name: 'server-does-not-know-the-widget',
      severity: 'error',
      comment:
        'The server speaks src/shared/widget-protocol.ts and serves what was built. Only the demo, whose visitors are widgets without a page, takes a part of it.',
      from: { path: '^src/server/', pathNot: ['^src/server/demo/', testFile] },
      to: { path: '^src/widget/' },
    },
    {
      name: 'widget-sees-only-shared',
      severity: 'error',
      comment:
        "The widget runs in a customer's page: shared, socket.io-client and itself, so that it stays small and holds nothing of ours.",
      from: { path: '^src/widget/', pathNot: testFile },
      to: { pathNot: ['^src/widget/', '^src/shared/', '^node_modules/(socket\\.io-client|zod)/'] },
    },
    {
      name: 'channels-are-plugs',
      severity: 'error',
      comment:
        'A channel folder knows channel-adapter.ts and shared. It knows no other channel and no feature of the server: what it needs comes with its start.',
      from: { path: '^src/server/channels/([^/]+)/', pathNot: testFile },
      to: { path: '^src/server/', pathNot: ['^src/server/channels/$1/', '^src/server/channels/channel-adapter\\.ts$'] },
    },
    {
      name: 'only-the-registry-names-channels',
      severity: 'error',
      comment: 'Nobody but channels/registry.ts imports a concrete channel; ask the registry by channel kind.',
      from: {
        path: '^src/server/',
        pathNot: [
          '^src/server/channels/registry\\.ts$',
          '^src/server/channels/[^/]+/',
          // A demo provider is the other end of a channel's wire: it may sign as the channel verifies.
          '^src/server/demo/providers/',
          testFile,
        ],
      },
      to: { path: '^src/server/channels/[^/]+/' },
    },
    {
      name: 'demo-is-a-guest',
      severity: 'error',
      comment: 'The demo centre uses the server; the server does not know the demo. Only server/index.ts lets it in.',
      from: { path: '^src/server/', pathNot: ['^src/server/demo/', '^src/server/index\\.ts$', testFile] },
      to: { path: '^src/server/demo/' },
    },
    {
      name: 'migrations-stand-alone',
      severity: 'error',
      comment: 'A migration must mean the same in three years: it imports nothing of the app.',
      from: { path: '/db/migrations/\\d', pathNot: testFile },
      to: { path: '^src/', pathNot: '/db/migrations/' },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      comment: 'The product imports no tests, no bench and no scripts. What both need belongs to the product.',
      from: { path: '^src/', pathNot: testFile },
      to: { path: ['^(tests|bench|scripts)/', testFile] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or need a third.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'imports-lead-somewhere',
      severity: 'error',
      comment: 'This import resolves to nothing. Is the name right, is the package in package.json?',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|vite/|\\./.*\\?)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The sample app of the stand-in is fed to Electron, the peers of the benchmarks are a package of their own: their imports
    // are not ours.
    exclude: { path: '^(tests/electron-standin/sample-app|bench/peers)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
