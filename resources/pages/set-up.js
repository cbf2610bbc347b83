// The page of the first start.
import { ask, at, speak } from './page.js';

const WORDS = {
  ja: {
    title: 'センターを開設する',
    about: '組織と最初の管理者を登録します。この画面が使えるのは一度だけです。あとから管理画面で変更できます。',
    organisation: '組織名',
    workspace: '業務名',
    workspaceMore: '例：お客様サポート。業務ごとに会話・担当者・設定が分かれます。',
    timeZone: 'タイムゾーン',
    displayName: '管理者の氏名',
    login: 'ログインID',
    loginMore: 'メールアドレスまたは半角の名前。空白は使えません。',
    password: 'パスワード',
    passwordMore: '12文字以上。長い文ほど安全です。',
    again: 'パスワード（確認）',
    go: '開設する',
    done: '開設しました。コンソールを開き、このサーバー（{server}）に、いま決めたログインIDとパスワードでログインしてください。次は「管理」で担当者を招待し、チャネルを接続します。',
    missing: '入力してください。',
    'bad-input': '形式が正しくありません。',
    'not-found': 'このリンクは使えません。サーバーの起動時に表示された最新のリンクを開いてください。',
    'link-used':
      'このリンクはすでに使われたか、新しいリンクに置き換えられています。開設済みであれば、コンソールからログインしてください。',
    'link-expired': 'このリンクの有効期限が切れています。サーバーを起動し直すと、新しいリンクが表示されます。',
  },
  en: {
    title: 'Set up your centre',
    about:
      'Enter your organisation and its first administrator. This page works once. All of it can be changed later in Administration.',
    organisation: 'Organisation',
    workspace: 'Workspace',
    workspaceMore: 'For example: Customer support. Conversations, people and settings are kept apart by workspace.',
    timeZone: 'Time zone',
    displayName: "Administrator's name",
    login: 'Login',
    loginMore: 'A mail address or a short name, without spaces.',
    password: 'Password',
    passwordMore: 'At least 12 characters. The longer the sentence, the safer.',
    again: 'Password, once more',
    go: 'Set up',
    done: 'Your centre is set up. Open the console, point it to this server ({server}) and sign in with your new login and password. Then open Administration to invite people and connect your channels.',
    missing: 'Fill this in.',
    'bad-input': 'Not in the right form.',
    'not-found': 'This link does not work. Open the newest one that the server printed at its start.',
    'link-used':
      'This link was used, or a newer one took its place. If the centre is set up, sign in with the console.',
    'link-expired': 'This link has expired. Start the server again and it prints a new one.',
  },
};
const FIELDS = ['organisation', 'workspace', 'timeZone', 'displayName', 'login', 'password', 'again'];

let isOpen = false;
let told = null;
let faults = {};
const { say, drawWords, language } = speak(WORDS, draw);

function draw() {
  drawWords();
  document.title = `${say('title')} – Kanade`;
  at('form').hidden = !isOpen;
  at('about').hidden = told !== null;
  at('told').textContent = told === null ? '' : say(told).replace('{server}', location.origin);
  for (const field of [...FIELDS, 'whole']) {
    const words = (faults[field] ?? []).map(say).join(' ');
    at(`${field}-fault`).textContent = words;
    if (field !== 'whole') at(field).setAttribute('aria-invalid', String(words !== ''));
  }
}

function fillTimeZones() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = new Set(['Asia/Tokyo', own, ...(Intl.supportedValuesOf?.('timeZone') ?? []), 'UTC']);
  at('timeZone').replaceChildren(
    ...[...zones].map((zone) => Object.assign(document.createElement('option'), { value: zone, textContent: zone })),
  );
  at('timeZone').value = own;
}

async function look() {
  try {
    await ask('/api/set-up/look');
    isOpen = true;
  } catch (error) {
    told = error.why === 'bad-input' ? 'not-found' : (error.why ?? 'failed');
  }
  draw();
  if (isOpen) at('organisation').focus();
}

function check() {
  faults = {};
  for (const field of FIELDS) if (at(field).value.trim() === '') faults[field] = ['missing'];
  if (at('password').value !== '' && at('password').value !== at('again').value) faults.again = ['differ'];
  return Object.keys(faults).length === 0;
}

async function submit() {
  at('go').disabled = true;
  try {
    const given = Object.fromEntries(FIELDS.filter((id) => id !== 'again').map((id) => [id, at(id).value]));
    await ask('/api/set-up', { ...given, language: language() });
    isOpen = false;
    told = 'done';
  } catch (error) {
    const isOver = ['link-used', 'link-expired', 'not-found'].includes(error.why);
    if (isOver) {
      isOpen = false;
      told = error.why;
    } else faults = { [FIELDS.includes(error.field) ? error.field : 'whole']: error.faults ?? [error.why ?? 'failed'] };
  }
  at('go').disabled = false;
}

at('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (check()) await submit();
  draw();
  const wrong = FIELDS.find((field) => faults[field] !== undefined);
  if (wrong !== undefined) at(wrong).focus();
});

fillTimeZones();
draw();
void look();
