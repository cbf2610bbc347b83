/** Proves that what eslint.config.js forbids is really stopped, where it must be, and allowed where it may be. */
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import tseslint from 'typescript-eslint';

// Without types a file need not exist to be looked at, and the whole takes a second.
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  overrideConfig: [{ files: ['**/*.ts', '**/*.tsx'], ...tseslint.configs.disableTypeChecked }],
});

async function rulesBrokenBy(filePath: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`/** For the test. */\n${code}\n`, { filePath });
  return (result?.messages ?? []).map((message) => message.ruleId);
}

const clock = 'void Date.now();';
const day = 'void new Date();';
const chance = 'void Math.random();';
const enter = "export const isEnter = (key: string): boolean => key === 'Enter';";
const ipc = "import { ipcMain } from 'electron'; void ipcMain;";
const settings = "void process.env['HOME'];";

const stopped: [what: string, file: string, code: string, rule: string][] = [
  ['the clock of the machine in the core', 'src/main/core/inbox/x.ts', clock, 'no-restricted-properties'],
  ['the clock of the machine on the server', 'src/server/feed/x.ts', clock, 'no-restricted-properties'],
  ['the date of today in the core', 'src/main/core/inbox/x.ts', day, 'no-restricted-syntax'],
  ['chance without a seed on the server', 'src/server/feed/x.ts', chance, 'no-restricted-properties'],
  ['a setting read deep in the server', 'src/server/feed/x.ts', settings, 'no-restricted-properties'],
  ['a setting read in the window', 'src/renderer/inbox/x.ts', settings, 'no-restricted-properties'],
  ['a second listener for IPC', 'src/main/host/electron/window.ts', ipc, 'no-restricted-syntax'],
  ['Enter taken without asking about the composition', 'src/renderer/composer/x.ts', enter, 'no-restricted-syntax'],
  [
    'HTML set from text',
    'src/renderer/timeline/x.tsx',
    'export const x = <p dangerouslySetInnerHTML={{ __html: "" }} />;',
    'no-restricted-syntax',
  ],
  [
    'words on screen outside the catalogues',
    'src/renderer/inbox/x.tsx',
    'export const x = <p>送信</p>;',
    'no-restricted-syntax',
  ],
  ['any', 'src/server/feed/x.ts', 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
  ['an enum', 'src/shared/domain/x.ts', 'export enum X { A }', 'no-restricted-syntax'],
  ['the console as a log', 'src/server/feed/x.ts', "console.log('');", 'no-console'],
  [
    'an export without a docstring',
    'src/server/feed/x.ts',
    'export const y = 1;\nexport function x(): void {}',
    'kanade/explain-exports',
  ],
  ['a file of more than 400 lines', 'src/server/feed/x.ts', ';\n'.repeat(400), 'max-lines'],
  ['a skipped test', 'src/server/feed/x.test.ts', "test.skip('', () => {});", 'no-restricted-syntax'],
  [
    'a fixed sleep in a test',
    'tests/sync/x.test.ts',
    'await new Promise((resolve) => setTimeout(resolve, 500));',
    'no-restricted-syntax',
  ],
];

test.for(stopped)('lint stops %s', async ([, file, code, rule]) => {
  expect(await rulesBrokenBy(file, code)).toContain(rule);
});

const allowed: [what: string, file: string, code: string][] = [
  ['the clock in a test of the core', 'src/main/core/inbox/x.test.ts', clock],
  ['the clock in the window', 'src/renderer/inbox/x.ts', clock],
  ['the clock and the settings where the server is put together', 'src/server/index.ts', clock + settings],
  ['ipcMain in its gate', 'src/main/host/electron/ipc-gate.ts', ipc],
  ['Enter in the file that knows about compositions', 'src/renderer/design/ime.ts', enter],
  ['a given date on the server', 'src/server/feed/x.ts', 'void new Date(0);'],
];

test.for(allowed)('lint allows %s', async ([, file, code]) => {
  expect(await rulesBrokenBy(file, code)).toEqual([]);
});

test('lint stops a file that does not say what it is for', async () => {
  const [result] = await eslint.lintText('export const x = 1;\n', { filePath: 'src/server/feed/x.ts' });
  expect(result?.messages.map((message) => message.ruleId)).toEqual(['kanade/open-with-purpose']);
});
