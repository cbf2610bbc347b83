// The page of a link that sets a new password. The link's word stands behind the #, which no browser sends anywhere; it
// leaves this page in the body of the two questions to the same server, and goes from the address bar at once.
const WORDS = {
  ja: {
    other: 'English',
    title: '新しいパスワードを設定',
    welcome: 'ようこそ。パスワードを決めてください',
    whose: '{name} 様（ログインID {login}）',
    next: '新しいパスワード',
    again: '新しいパスワード（確認）',
    go: 'このパスワードにする',
    done: 'パスワードを設定しました。コンソールで新しいパスワードを使ってログインしてください。',
    kept: 'お使いのPCに残っている未送信の返信や下書きは、暗号化されたまま消えません。次にそのPCで新しいパスワードでログインすると開き、送信されます。最初のログインにはサーバーへの接続が必要です。',
    differ: '2つの入力が一致していません。',
    'not-found': 'このリンクは使えません。管理者に新しいリンクを依頼してください。',
    'bad-input': 'このリンクは使えません。管理者に新しいリンクを依頼してください。',
    'link-used': 'このリンクはすでに使われています。管理者に新しいリンクを依頼してください。',
    'link-expired': 'このリンクの有効期限が切れています。管理者に新しいリンクを依頼してください。',
    'too-many-attempts': '試行回数の上限に達しました。しばらく待ってから、もう一度お試しください。',
    failed: 'サーバーに届きませんでした。もう一度お試しください。',
    tooShort: '12文字以上にしてください。',
    tooLong: '200文字以内にしてください。',
    oneSign: '同じ文字の繰り返しは使えません。',
    inOrder: '「123456」や「qwerty」のような並びは使えません。',
    holdsLogin: 'ログインIDを含めないでください。',
    common: 'よく使われるパスワードです。別のものにしてください。',
    sameAsBefore: '今のパスワードとは別のものにしてください。',
  },
  en: {
    other: '日本語',
    title: 'Set a new password',
    welcome: 'Welcome. Choose your password',
    whose: '{name} (login {login})',
    next: 'New password',
    again: 'New password, once more',
    go: 'Set this password',
    done: 'Your password is set. Sign in to the console with it.',
    kept: 'Replies and drafts that have not been sent stay encrypted on your PC. Sign in there with the new password and they open and are sent. The first sign-in needs a connection to the server.',
    differ: 'The two passwords are not the same.',
    'not-found': 'This link does not work. Ask your admin for a new one.',
    'bad-input': 'This link does not work. Ask your admin for a new one.',
    'link-used': 'This link has been used already. Ask your admin for a new one.',
    'link-expired': 'This link has expired. Ask your admin for a new one.',
    'too-many-attempts': 'Too many attempts. Wait a while and try again.',
    failed: "The server can't be reached. Try again.",
    tooShort: 'Use at least 12 characters.',
    tooLong: 'Use at most 200 characters.',
    oneSign: "Don't repeat the same characters.",
    inOrder: 'Don\'t use a row such as "123456" or "qwerty".',
    holdsLogin: "Don't use your login in it.",
    common: 'This is a well-known password. Choose another one.',
    sameAsBefore: 'Choose another one than the present password.',
  },
};

/** The same page for a link that sets another password and for one that invites. */
const isInvitation = location.pathname === '/invite';
const word = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
let language = navigator.language.startsWith('ja') ? 'ja' : 'en';
let owner = null;
let told = null;
let faults = [];
const at = (id) => document.getElementById(id);
const say = (id) => WORDS[language][id] ?? WORDS[language].failed;

function draw() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = say(element.dataset.word);
  const title = say(isInvitation ? 'welcome' : 'title');
  document.querySelector('h1').textContent = title;
  document.title = `${title} – Kanade`;
  at('language').textContent = say('other');
  at('form').hidden = owner === null;
  at('kept').hidden = isInvitation || (told !== null && told !== 'done');
  at('whose').hidden = owner === null;
  if (owner !== null) {
    at('whose').textContent = say('whose').replace('{name}', owner.displayName).replace('{login}', owner.login);
    at('login').value = owner.login;
  }
  at('told').textContent = told === null ? '' : say(told);
  at('faults').replaceChildren(
    ...faults.map((fault) => Object.assign(document.createElement('li'), { textContent: say(fault) })),
  );
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const given = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw given.error;
  return given;
}

async function look() {
  try {
    owner = await post('/api/password-resets/look', { word });
  } catch (error) {
    told = error.why ?? 'failed';
  }
  draw();
  at('next').focus();
}

at('language').addEventListener('click', () => {
  language = language === 'ja' ? 'en' : 'ja';
  draw();
});
at('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const next = at('next').value;
  faults = next === at('again').value ? [] : ['differ'];
  if (faults.length === 0) {
    at('go').disabled = true;
    try {
      await post('/api/password-resets', { word, next });
      owner = null;
      told = 'done';
    } catch (error) {
      const isLinkOver = error.why === 'link-used' || error.why === 'link-expired' || error.why === 'not-found';
      if (isLinkOver) owner = null;
      if (isLinkOver) told = error.why;
      else faults = error.faults ?? [error.why ?? 'failed'];
    }
    at('go').disabled = false;
  }
  draw();
  if (owner !== null) at('next').focus();
});

draw();
void look();
