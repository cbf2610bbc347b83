// The page of a link that sets a password: another one, or the first of somebody who was invited.
import { ask, at, speak } from './page.js';

const WORDS = {
  ja: {
    title: '新しいパスワードを設定',
    welcome: 'ようこそ。パスワードを決めてください',
    whose: '{name} 様（ログインID {login}）',
    next: '新しいパスワード',
    again: '新しいパスワード（確認）',
    go: 'このパスワードにする',
    done: 'パスワードを設定しました。コンソールで新しいパスワードを使ってログインしてください。',
    kept: 'お使いのPCに残っている未送信の返信や下書きは、暗号化されたまま消えません。次にそのPCで新しいパスワードでログインすると開き、送信されます。最初のログインにはサーバーへの接続が必要です。',
    'not-found': 'このリンクは使えません。管理者に新しいリンクを依頼してください。',
    'bad-input': 'このリンクは使えません。管理者に新しいリンクを依頼してください。',
    'link-used': 'このリンクはすでに使われています。管理者に新しいリンクを依頼してください。',
    'link-expired': 'このリンクの有効期限が切れています。管理者に新しいリンクを依頼してください。',
    sameAsBefore: '今のパスワードとは別のものにしてください。',
  },
  en: {
    title: 'Set a new password',
    welcome: 'Welcome. Choose your password',
    whose: '{name} (login {login})',
    next: 'New password',
    again: 'New password, once more',
    go: 'Set this password',
    done: 'Your password is set. Sign in to the console with it.',
    kept: 'Replies and drafts that have not been sent stay encrypted on your PC. Sign in there with the new password and they open and are sent. The first sign-in needs a connection to the server.',
    'not-found': 'This link does not work. Ask your admin for a new one.',
    'bad-input': 'This link does not work. Ask your admin for a new one.',
    'link-used': 'This link has been used already. Ask your admin for a new one.',
    'link-expired': 'This link has expired. Ask your admin for a new one.',
    sameAsBefore: 'Choose another one than the present password.',
  },
};

/** The same page for a link that sets another password and for one that invites. */
const isInvitation = location.pathname === '/invite';
let owner = null;
let told = null;
let faults = [];
const { say, drawWords } = speak(WORDS, draw);

function draw() {
  drawWords();
  const title = say(isInvitation ? 'welcome' : 'title');
  document.querySelector('h1').textContent = title;
  document.title = `${title} – Kanade`;
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

async function look() {
  try {
    owner = await ask('/api/password-resets/look');
  } catch (error) {
    told = error.why ?? 'failed';
  }
  draw();
  at('next').focus();
}

at('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const next = at('next').value;
  faults = next === at('again').value ? [] : ['differ'];
  if (faults.length === 0) {
    at('go').disabled = true;
    try {
      await ask('/api/password-resets', { next });
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
