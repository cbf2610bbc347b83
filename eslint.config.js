/**
 * Lint, for what neither the types nor the paths can say. Each message of ours tells what to do instead.
 * The walls between the rooms stand in .dependency-cruiser.cjs, the look of the code in biome.json.
 */
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import kanade from './scripts/lint-rules.mjs';

const tests = ['**/*.test.ts', '**/*.test.tsx', '**/*.spec.ts'];
const compositionRoots = [
  'src/server/index.ts',
  'src/server/admin.ts',
  'src/server/backup.ts',
  'src/server/restore.ts',
  'src/main/index.ts',
  'src/main/browser-host.ts',
];

const noProcessEnv = {
  object: 'process',
  property: 'env',
  message:
    'Settings are read in the composition roots (server/index.ts, main/index.ts, main/browser-host.ts) and handed on.',
};
const noClock = [
  {
    object: 'Date',
    property: 'now',
    message: 'Take `clock: Clock` from src/shared/domain/clock.ts, or a simulation cannot be repeated.',
  },
  {
    object: 'Math',
    property: 'random',
    message: 'Take `random: Random` from src/shared/domain/clock.ts, or a simulation cannot be repeated.',
  },
];
const noNewDate = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message:
    'Take `clock: Clock` from src/shared/domain/clock.ts and write new Date(clock.now()), or a simulation cannot be repeated.',
};
const noEnum = {
  selector: 'TSEnumDeclaration, TSModuleDeclaration[kind="namespace"], TSParameterProperty',
  message: 'Node strips types and cannot run this. Write a union of strings, a module, a field.',
};
const noIpcMain = [
  {
    selector: "ImportSpecifier[imported.name='ipcMain']",
    message: 'Only host/electron/ipc-gate.ts may listen: it checks who sent. Take the port it hands out.',
  },
  {
    selector: "MemberExpression[property.name='ipcMain']",
    message: 'Only host/electron/ipc-gate.ts may listen: it checks who sent. Take the port it hands out.',
  },
];
const noRawEnter = [
  {
    selector: "BinaryExpression[operator=/^[!=]==?$/] > Literal[value='Enter']",
    message: 'Enter also ends a composition: ask isCommittingEnter() of src/renderer/design/ime.ts.',
  },
  {
    selector: "SwitchCase > Literal[value='Enter']",
    message: 'Enter also ends a composition: ask src/renderer/design/ime.ts before the switch.',
  },
];
const noRawHtml = {
  selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
  message: 'Text of customers is never set as HTML. Mail goes into the sandboxed frame of timeline/.',
};
const noLooseText = {
  selector: 'JSXText[value=/\\p{L}{2}/u]',
  message: 'Words on screen come from src/renderer/i18n, in Japanese and English.',
};

export default defineConfig(
  { ignores: ['node_modules/', 'out/', 'dist/', 'coverage/', 'test-results/', 'playwright-report/', '**/recorded/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    rules: { 'no-undef': 'off', 'max-lines': ['error', 400] },
  },
  // What these name is there to be hidden from the page, not to be used.
  { files: ['tests/electron-standin/worlds/*.js'], rules: { 'no-unused-vars': 'off' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    plugins: { kanade },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A file over 300 lines is a question; over 400 it is a defect.
      'max-lines': ['error', 400],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', noEnum],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // [...text] means code points here, and says so where it matters.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // Dear (a fifth of the run) and without use here: we have no enums and hardly a class.
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // An interface that promises a promise is kept by an async function even where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      // Our objects are closures, written with method shorthand; hardly anything here has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // ids.ts, contract.ts: a type parameter used once is how a brand or a key is carried.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: tests,
    rules: { 'kanade/open-with-purpose': 'error', 'kanade/explain-exports': 'error', 'no-console': 'error' },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: [...tests, ...compositionRoots],
    rules: { 'no-restricted-properties': ['error', noProcessEnv] },
  },
  { files: [...compositionRoots, 'src/server/demo/**'], rules: { 'no-console': 'off' } },
  {
    files: ['src/main/core/**/*.ts', 'src/server/**/*.ts'],
    ignores: [...tests, ...compositionRoots],
    rules: {
      'no-restricted-properties': ['error', noProcessEnv, ...noClock],
      'no-restricted-syntax': ['error', noEnum, noNewDate],
    },
  },
  {
    files: ['src/main/**/*.ts'],
    ignores: ['src/main/core/**', 'src/main/host/electron/ipc-gate.ts', ...tests],
    rules: { 'no-restricted-syntax': ['error', noEnum, ...noIpcMain] },
  },
  {
    files: ['src/renderer/**/*.{ts,tsx}'],
    ignores: tests,
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'no-restricted-syntax': ['error', noEnum, ...noRawEnter, noRawHtml, noLooseText],
      // The other rules of this plugin run the whole React Compiler, which takes longer than all the rest together.
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
  { files: ['src/renderer/design/ime.ts'], rules: { 'no-restricted-syntax': ['error', noEnum] } },
  {
    files: [...tests, 'tests/**/*.{ts,tsx}', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: tests,
    rules: {
      'no-restricted-syntax': [
        'error',
        noEnum,
        {
          selector: 'MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(only|skip|fixme)$/]',
          message:
            'A test runs or does not exist. Where a program of the system is missing, use runIf(peers.…) of tests/support/peers.ts.',
        },
        {
          selector:
            "NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout'][arguments.1.value>50]",
          message: 'Wait for a condition, not for a time: tests/support/eventually.ts.',
        },
      ],
    },
  },
);
