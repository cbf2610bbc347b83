/** Serves and builds the window over the fake core, for looking and for the specs of this folder. */
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  cacheDir: fileURLToPath(new URL('../../node_modules/.cache/vite-window', import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: {
    assetsInlineLimit: 0,
    target: 'esnext',
  },
});
