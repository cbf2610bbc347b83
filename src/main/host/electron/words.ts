/** The few words that the system shows for us, outside of the window: tray, notification, questions before the window. */

/** Languages of the console. */
export type HostLanguage = 'ja' | 'en';

const words = {
  open: { ja: 'Kanade を開く', en: 'Open Kanade' },
  quit: { ja: 'Kanade を終了', en: 'Quit Kanade' },
  signedOut: { ja: 'サインインしていません', en: 'Signed out' },
  online: { ja: '接続中', en: 'Connected' },
  offline: { ja: 'オフライン（作業は続けられます）', en: 'Offline (you can go on working)' },
  ring: { ja: '着信があります', en: 'A call is ringing' },
  ringDetail: { ja: 'コンソールで応答できます。', en: 'Answer it in the console.' },
  cannotStart: { ja: 'Kanade を起動できません', en: 'Kanade cannot start' },
  cannotRun: { ja: 'Kanade を続けられません', en: 'Kanade cannot go on' },
  noKeyStore: {
    ja: 'この PC にはパスワードを保管する仕組み（キーリング）がないため、端末内のデータを安全に暗号化できません。キーリング（GNOME Keyring や KWallet など）を有効にしてから起動してください。',
    en: 'This computer has no key store, so the local data cannot be encrypted safely. Turn on a key store (such as GNOME Keyring or KWallet) and start again.',
  },
  keyLost: {
    ja: '端末内のデータを開く鍵が見つかりません',
    en: 'The key to the data on this computer is lost',
  },
  keyLostDetail: {
    ja: '新しく始めると、データはサーバーから取り直されます。これまでのデータは別のフォルダーに残りますが、未送信の内容は送信されません。',
    en: 'Starting anew fetches the data from the server again. The old data stays in a folder of its own, but what had not been sent will not be sent.',
  },
  startAnew: { ja: '新しく始める', en: 'Start anew' },
  leave: { ja: '終了', en: 'Quit' },
} as const;

/** The word in a language. */
export function say(word: keyof typeof words, language: HostLanguage): string {
  return words[word][language];
}

/** 「未読の会話 3件」 */
export function sayUnread(count: number, language: HostLanguage): string {
  if (language === 'ja') return `未読の会話 ${String(count)}件`;
  return count === 1 ? '1 unread conversation' : `${String(count)} unread conversations`;
}
