/** The small pages before the console: the step after the link, and what to do without one. No script, no answer of the core. */
import { type PageAnswer, WINDOW_HEADERS } from '../serve-renderer.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const WORDS = {
  /**
   * Why not a redirect: a link clicked in another program counts as coming from another site, and a SameSite=Strict cookie
   * is not sent along such a chain. A page that goes on by itself starts a chain of its own.
   */
  enter: { status: 200, refresh: true, ja: 'コンソールを開いています…', en: 'Opening the console…' },
  used: {
    status: 401,
    refresh: false,
    ja: 'このリンクは使用済みです。コンソールを起動した画面で Enter キーを押すと、新しいリンクが表示されます。',
    en: 'This link has been used. Press Enter where the console was started to get a new one.',
  },
  needed: {
    status: 401,
    refresh: false,
    ja: 'コンソールを起動した画面に表示されたリンクから開いてください。Enter キーを押すと新しいリンクが表示されます。',
    en: 'Open the console by the link shown where it was started. Press Enter there to get a new one.',
  },
} as const;

/** One of the three pages. */
export function welcomePage(which: keyof typeof WORDS): PageAnswer {
  const { status, refresh, ja, en } = WORDS[which];
  const page = `<!doctype html><html lang="ja"><meta charset="utf-8">${refresh ? '<meta http-equiv="refresh" content="0;url=/">' : ''}<title>Kanade</title><style>:root{color-scheme:light dark}body{font:16px/1.7 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1.5rem}</style><p>${ja}</p><p lang="en">${en}</p></html>`;
  return {
    status,
    headers: {
      ...WINDOW_HEADERS,
      'content-security-policy': POLICY,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: Buffer.from(page),
  };
}
