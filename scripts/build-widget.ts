/**
 * Builds the chat widget into out/widget: widget.js, a classic script that shops load, and the frame with its files. Two
 * builds, because the first must be one file that runs anywhere and the second is an ordinary page.
 *
 * `--when-needed` leaves a build alone that is younger than everything it was made of.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const outDir = at('out/widget');

const common: InlineConfig = { configFile: false, root: at('src/widget'), logLevel: 'warn' };
/** Browsers of the last three years. */
const target = ['chrome119', 'firefox119', 'safari17'];

function isFresh(): boolean {
  const built = at('out/widget/widget.js');
  if (!existsSync(built)) return false;
  const sources = globSync('{src/widget,src/shared}/**/*.{ts,css,html}', { cwd: at('') }).map(
    (file) => statSync(at(file)).mtimeMs,
  );
  return Math.max(...sources) < statSync(built).mtimeMs;
}

if (process.argv.includes('--when-needed') && isFresh()) process.exit(0);

await rm(outDir, { recursive: true, force: true });
await build({
  ...common,
  // Addresses of the page are relative to /widget/frame.
  base: '/widget/',
  build: {
    outDir,
    emptyOutDir: false,
    target,
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { frame: at('src/widget/frame.html'), 'demo-fonts': at('src/widget/demo-fonts.css') },
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
});
await build({
  ...common,
  build: {
    outDir,
    emptyOutDir: false,
    target,
    sourcemap: false,
    lib: {
      entry: at('src/widget/loader.ts'),
      formats: ['iife'],
      name: 'kanadeChatLoader',
      fileName: () => 'widget.js',
    },
  },
});
