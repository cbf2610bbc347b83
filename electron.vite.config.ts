/**
 * Builds what cannot run as it is written: the hosts with their two threads, the preload and the window, into out/.
 * The server and the scripts run as TypeScript straight under Node and are not built here.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Each becomes out/main/<name>.js; the threads are started by that name, so it is part of the contract with the hosts. */
const mainEntries = {
  index: at('src/main/index.ts'),
  'browser-host': at('src/main/browser-host.ts'),
  'core-thread': at('src/main/core/core-thread.ts'),
  'search-thread': at('src/main/core/search/search-thread.ts'),
};

const missing = Object.values(mainEntries).filter((file) => !existsSync(file));
if (missing.length > 0)
  throw new Error(`electron.vite.config.ts names entries that are not there: ${missing.join(', ')}`);

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      // Bundled, so that a package carries no folder of modules; better-sqlite3 stays outside, it is native, and so does
      // socket.io, which only the browser host serves.
      externalizeDeps: { exclude: ['drizzle-orm', 'socket.io-client', 'zod'] },
      rolldownOptions: { input: mainEntries, output: { format: 'es', entryFileNames: '[name].js' } },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can load neither ES modules nor a second file: one CommonJS file with everything in it.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      minify: true,
      sourcemap: true,
      // Inlined fonts and pictures would need data: in the content security policy.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('src/renderer/index.html') } },
    },
    plugins: [react(), tailwindcss()],
  },
});
