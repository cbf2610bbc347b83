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
    ja: 'この PC には鍵を安全に保管する仕組み（キーリング）がありません。お客様のデータを守るため、起動を中止しました。\n\nGNOME Keyring や KWallet などを有効にしてから、もう一度起動してください。\n\n危険を承知で使う場合に限り、--allow-plain-key を付けて起動できます。鍵は本人だけが読めるファイルに保管され、PC が盗まれるとデータを守れません。',
    en: 'This computer has no safe place for a key (a keyring). To protect your customers’ data, Kanade did not start.\n\nTurn on a key store such as GNOME Keyring or KWallet and start again.\n\nOnly if you accept the risk, start with --allow-plain-key. The key then lies in a file that only you can read, and a stolen computer gives the data away.',
  },
  keyLost: {
    ja: 'この PC が保管していた鍵を開けません',
    en: 'The key kept by this computer can’t be opened',
  },
  keyLostDetail: {
    ja: '続けると新しい鍵を作ります。サーバーにつながる状態でログインすると、未送信の内容と下書きも元に戻ります。\n\nキーリングがロックされているだけの場合は、終了してロックを解除してから起動し直してください。',
    en: 'If you go on, a new key is made. Sign in while the server can be reached, and everything comes back, unsent work and drafts too.\n\nIf the keyring is only locked, quit, unlock it and start again.',
  },
  goOn: { ja: '続ける', en: 'Go on' },
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
