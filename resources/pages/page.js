// What the server's own pages share: the word of their link, their question to the server, and the words of both.

/** Stands behind the #, which no browser sends anywhere; goes from the address bar at once. */
export const word = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

const COMMON = {
  ja: {
    other: 'English',
    differ: '2つの入力が一致していません。',
    'too-many-attempts': '試行回数の上限に達しました。しばらく待ってから、もう一度お試しください。',
    failed: 'サーバーに届きませんでした。もう一度お試しください。',
    tooShort: '12文字以上にしてください。',
    tooLong: '200文字以内にしてください。',
    oneSign: '同じ文字の繰り返しは使えません。',
    inOrder: '「123456」や「qwerty」のような並びは使えません。',
    holdsLogin: 'ログインIDを含めないでください。',
    common: 'よく使われるパスワードです。別のものにしてください。',
  },
  en: {
    other: '日本語',
    differ: 'The two passwords are not the same.',
    'too-many-attempts': 'Too many attempts. Wait a while and try again.',
    failed: "The server can't be reached. Try again.",
    tooShort: 'Use at least 12 characters.',
    tooLong: 'Use at most 200 characters.',
    oneSign: "Don't repeat the same characters.",
    inOrder: 'Don\'t use a row such as "123456" or "qwerty".',
    holdsLogin: "Don't use your login in it.",
    common: 'This is a well-known password. Choose another one.',
  },
};

export const at = (id) => document.getElementById(id);

/** Words of a page in the language of the browser, and the button that changes it. `draw` puts them on the page. */
export function speak(words, draw) {
  let language = navigator.language.startsWith('ja') ? 'ja' : 'en';
  at('language').addEventListener('click', () => {
    language = language === 'ja' ? 'en' : 'ja';
    draw();
  });
  const say = (id) => words[language][id] ?? COMMON[language][id] ?? COMMON[language].failed;
  return {
    say,
    language: () => language,
    drawWords() {
      document.documentElement.lang = language;
      for (const element of document.querySelectorAll('[data-word]')) element.textContent = say(element.dataset.word);
      at('language').textContent = say('other');
    },
  };
}

/** Asks the server. Throws its refusal: `why`, and what it names beside. */
export async function ask(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, word }),
  });
  const given = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw given.error;
  return given;
}
