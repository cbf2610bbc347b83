/** What `npm start` says, in Japanese where the terminal is Japanese, else in English. */

export type StartLanguage = 'ja' | 'en';

/** By LC_ALL, LC_MESSAGES, LANG, in the order that programs read them. */
export function chooseLanguage(env: Readonly<Record<string, string | undefined>>): StartLanguage {
  const locale = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return locale.startsWith('ja') ? 'ja' : 'en';
}

type Words = Record<StartLanguage, (a: string, b: string) => string>;
const words = {
  building: { ja: () => '画面とコンソールをビルドしています…', en: () => 'Building the console …' },
  buildFailed: { ja: (why) => `ビルドに失敗しました。\n${why}`, en: (why) => `The build failed.\n${why}` },
  startingServer: { ja: () => 'サーバーを起動しています…', en: () => 'Starting the server …' },
  startingFirst: {
    ja: () => 'サーバーを起動し、デモ用のデータを作成しています（初回のみ、数分かかることがあります）…',
    en: () => 'Starting the server and making the demo centre (first start only, up to a few minutes) …',
  },
  server: {
    ja: (url, dir) => `サーバー    ${url}\n            この PC だけで動いています。データ: ${dir}`,
    en: (url, dir) => `Server      ${url}\n            runs on this computer only; its data: ${dir}`,
  },
  otherServer: {
    ja: (url) => `サーバー    ${url}（この PC では動かしていません）`,
    en: (url) => `Server      ${url} (elsewhere; none was started here)`,
  },
  electron: {
    ja: (dir) => `コンソール  Electron のウィンドウで開きました。データ: ${dir}`,
    en: (dir) => `Console     opened as an Electron window; its data: ${dir}`,
  },
  browser: {
    ja: (url, dir) =>
      `コンソール  ブラウザーで次のリンクを開いてください（1 回だけ使えます）\n            ${url}\n            この PC だけで動いています。データ: ${dir}`,
    en: (url, dir) =>
      `Console     open this link in a browser (it works once)\n            ${url}\n            runs on this computer only; its data: ${dir}`,
  },
  whyBrowser: {
    ja: (why) => `            Electron を使えないため（${why}）、ブラウザーで動かします。機能は同じです。`,
    en: (why) => `            Electron cannot be used (${why}), so the console runs in a browser; it does the same.`,
  },
  noDisplay: { ja: () => 'この PC に画面がない', en: () => 'there is no display' },
  asRoot: { ja: () => 'root で実行している', en: () => 'not as root' },
  notInFolder: { ja: () => '指定のフォルダーに electron がない', en: () => 'it is not in the folder that was named' },
  downloadSlow: { ja: () => 'ダウンロードに時間がかかりすぎる', en: () => 'its download takes too long' },
  downloadFailed: { ja: () => 'ダウンロードできない', en: () => 'its download failed' },
  downloadIncomplete: { ja: () => 'ダウンロードが不完全', en: () => 'its download is incomplete' },
  notStarted: { ja: () => '起動しなかった', en: () => 'it did not start' },
  shop: {
    ja: (url) => `デモの店舗  ${url}\n            お客様の画面です。チャットで話しかけると受信箱に届きます。`,
    en: (url) => `Demo shop   ${url}\n            the customer's side: what is written in its chat comes to the inbox`,
  },
  newLink: { ja: (url) => `新しいリンク  ${url}`, en: (url) => `New link    ${url}` },
  demo: {
    ja: () => 'デモ        サインイン画面でワンクリックでも入れます',
    en: () => 'Demo        sign in with one click on the first screen, or with',
  },
  keys: {
    ja: () => 'Enter: 新しいリンク   Ctrl+C: すべて終了',
    en: () => 'Enter: a new link   Ctrl+C: stop everything',
  },
  keysElectron: {
    ja: () => 'Ctrl+C、またはウィンドウを閉じる: すべて終了',
    en: () => 'Ctrl+C or closing the window: stop everything',
  },
  stopping: { ja: () => '終了しています…', en: () => 'Stopping …' },
  serverDied: { ja: (why) => `サーバーが停止しました。${why}`, en: (why) => `The server has stopped. ${why}` },
  consoleDied: { ja: (why) => `コンソールが停止しました。${why}`, en: (why) => `The console has stopped. ${why}` },
  portTaken: {
    ja: (port) =>
      `ポート ${port} はほかのプログラムが使用中です。--port で別の番号を指定してください（0 で空いている番号を使います）。`,
    en: (port) => `Port ${port} is taken by another program. Choose another one with --port (0 takes any free one).`,
  },
  dirUnwritable: {
    ja: (dir, why) =>
      `フォルダー ${dir} に書き込めません（${why}）。--data で別のフォルダーを指定するか、権限を変えてください。`,
    en: (dir, why) =>
      `The folder ${dir} cannot be written (${why}). Choose another one with --data, or change its rights.`,
  },
  dirHeld: {
    ja: (dir, pid) =>
      `フォルダー ${dir} では、すでに別の Kanade（プロセス ${pid}）が動いています。そちらを終了するか、--data で別のフォルダーを指定してください。`,
    en: (dir, pid) =>
      `Another Kanade (process ${pid}) is running on ${dir}. Stop it, or choose another folder with --data.`,
  },
  noElectron: {
    ja: (why) => `--host electron: Electron を使えません（${why}）。--host browser なら動きます。`,
    en: (why) => `--host electron: Electron cannot be used (${why}). --host browser works.`,
  },
  unknownOption: {
    ja: (option) => `${option} という指定はありません。npm start -- --help で一覧が見られます。`,
    en: (option) => `There is no option ${option}. npm start -- --help lists them.`,
  },
  needsValue: {
    ja: (option, what) => `${option} には${what}が必要です。`,
    en: (option, what) => `${option} needs ${what}.`,
  },
  badHost: {
    ja: (given) => `--host "${given}": electron か browser を指定してください。`,
    en: (given) => `--host "${given}": choose electron or browser.`,
  },
  badPort: {
    ja: (given) => `--port "${given}": 0 から 65534 までの数を指定してください。`,
    en: (given) => `--port "${given}": give a number from 0 to 65534.`,
  },
  badServer: {
    ja: (given) =>
      `--server "${given}": https://kanade.example.jp のように指定してください（この PC のサーバーなら http も使えます）。`,
    en: (given) =>
      `--server "${given}": write it as https://kanade.example.jp (http only for a server on this computer).`,
  },
  notTogether: {
    ja: (a, b) => `${a} と ${b} は同時に指定できません。`,
    en: (a, b) => `${a} and ${b} cannot be given together.`,
  },
} satisfies Record<string, Words>;

export type StartWord = keyof typeof words;

/** A sentence in a language, with up to two things put in. */
export function sentence(language: StartLanguage, word: StartWord, a = '', b = ''): string {
  const say: (a: string, b: string) => string = words[word][language];
  return say(a, b);
}

/** The text of --help. */
export function help(language: StartLanguage): string {
  const lines: [string, string, string][] = [
    [
      '--host electron|browser',
      'コンソールの動かし方（既定: Electron、使えなければブラウザー）',
      'how the console runs (default: Electron, else a browser)',
    ],
    [
      '--port N',
      'サーバーのポート。コンソールは次の番号（既定 4800、0 は空き番号）',
      "the server's port, the console takes the next one (default 4800, 0: any free ones)",
    ],
    ['--data DIR', 'データを置くフォルダー（既定 ./data）', 'folder of all data (default ./data)'],
    ['--server URL', '別のサーバーに接続する（サーバーは起動しない）', 'use a server elsewhere; none is started here'],
    ['--no-demo', 'デモのデータとアカウントを作らない', 'no demo centre and no demo accounts'],
    ['--demo-traffic', 'デモの顧客が話しかけてくる', 'simulated customers write and answer'],
    ['--help', 'この説明', 'this text'],
  ];
  const head = language === 'ja' ? '使い方: npm start -- [指定]' : 'Usage: npm start -- [options]';
  return `${head}\n\n${lines.map(([option, ja, en]) => `  ${option.padEnd(26)}${language === 'ja' ? ja : en}\n`).join('')}`;
}
