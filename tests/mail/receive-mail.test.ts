import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithMailPeers } from '../support/describe-with-mail-peers.ts';
import { eventually } from '../support/eventually.ts';
import { type MailPeers, passwordOf, startMailPeers } from '../support/mail-peers.ts';
import { hasty, type MailHouse, matching, openMailHouse, plainMail, recorded, settingsOf } from './mail-house.ts';

describeWithMailPeers('mail that comes in from a real server', () => {
  let peers: MailPeers;
  let house: MailHouse | null = null;
  let users = 0;

  beforeAll(async () => {
    peers = await startMailPeers();
  });
  afterAll(async () => {
    await peers.stop();
  });
  afterEach(async () => {
    await house?.channel.stop();
    house = null;
  });

  /** A mailbox of its own for each test. */
  const newUser = (): string => `support${++users}`;

  async function open(
    user: string,
    more: Parameters<typeof openMailHouse>[1] = {},
    settings: Record<string, unknown> = {},
  ) {
    const opened = await openMailHouse(settingsOf(peers, user, settings), { parts: hasty(), ...more });
    house = opened;
    await eventually(() => opened.health.some((health) => health.state === 'running'), { what: 'running' });
    return opened;
  }

  test('a Japanese mail with a picture and a file is on the desk soon after the server has it', async () => {
    const user = newUser();
    const { messages, raws } = await open(user);
    await peers.deliver(recorded('iso-2022-jp-multipart'), `${user}@centre.test`);
    const message = await eventually(() => messages[0], { what: 'the mail' });
    expect(message).toMatchObject({
      externalId: '<jis-multipart@customer.test>',
      threadId: '<jis-multipart@customer.test>',
      author: { address: 'hanako@customer.test', displayName: '山田 花子', isVerified: false },
      subject: '【重要】注文番号123の二重請求について',
      text: 'お世話になっております。山田です。\n二重に請求されています: ①㈱ / ﾃｽﾄ / ～',
      visibility: 'private',
      answersExternalIds: [],
      isAutomatic: false,
      detail: {
        kind: 'mail',
        head: { to: ['support@centre.test'], dmarc: null, remotePictures: 1, suspicious: false },
      },
    });
    expect(message.html).toContain('<img src="cid:stamp@customer.test" alt="stamp" />');
    expect(message.html).not.toContain('tracker.example');
    expect(message.files.map((file) => [file.name, file.inlineCid])).toEqual([
      ['a.png', 'stamp@customer.test'],
      ['請求書_2026年11月_株式会社サンプル.pdf', null],
    ]);
    const raw = raws.get('<jis-multipart@customer.test>');
    expect(Buffer.from(raw ?? []).includes(recorded('iso-2022-jp-multipart').subarray(-200))).toBe(true);
  });

  test('a mailbox that was quiet for long is still listened to, over the same line', async () => {
    const user = newUser();
    let looks = 0;
    const parts = {
      ...hasty((ms) => {
        if (ms > 60_000) looks += 1;
      }),
      // Each silence, the line is asked whether it lives, which ends an IDLE.
      imapTimeouts: { connectMs: 5_000, silenceMs: 1_000, idleMs: 60_000 },
    };
    const { messages, log } = await open(user, { parts });
    await eventually(() => looks > 3, { what: 'three silences' });
    await peers.deliver(plainMail('late', 'late'), `${user}@centre.test`);
    await eventually(() => messages.length === 1, { what: 'the mail' });
    expect(log.map((line) => line.event)).not.toContain('mail-watch-interrupted');
  });

  test('unread mails that were there before the first start are taken in, read ones are left', async () => {
    const user = newUser();
    for (const id of ['read', 'unread']) await peers.deliver(plainMail(id, id), `${user}@centre.test`);
    const login = { user, pass: passwordOf(user) };
    const program = new ImapFlow({
      host: '127.0.0.1',
      port: peers.ports.imaps,
      secure: true,
      auth: login,
      tls: { ca: peers.ca },
      logger: false,
    });
    await program.connect();
    await program.mailboxOpen('INBOX');
    await eventually(async () => ((await program.search({ all: true })) || []).length === 2, {
      what: 'both in the mailbox',
    });
    await program.messageFlagsAdd({ header: { 'message-id': '<read@customer.test>' } }, ['\\Seen']);
    await program.logout();
    const { messages, health } = await open(user);
    await eventually(() => health.at(-1)?.state === 'running', { what: 'running' });
    expect(messages.map((message) => message.text)).toEqual(['unread']);
  });

  test('mails that come while the mailbox cannot be reached are fetched afterwards, each once', async () => {
    const user = newUser();
    const { messages, health } = await open(user);
    await peers.deliver(plainMail('before', 'before'), `${user}@centre.test`);
    await eventually(() => messages.length === 1, { what: 'the first mail' });
    await peers.stopDovecot();
    await eventually(() => health.at(-1)?.state === 'failing', { what: 'failing' });
    expect(health.at(-1)).toMatchObject({ error: matching(/^imap-connection-(refused|lost): /) });
    await peers.startDovecot();
    for (const id of ['gap1', 'gap2', 'gap3']) await peers.deliver(plainMail(id, id), `${user}@centre.test`);
    await eventually(() => messages.length === 4, { what: 'the mails of the gap' });
    // The order is the mailbox's: Postfix delivers several at once.
    expect(messages.map((message) => message.text).sort()).toEqual(['before', 'gap1', 'gap2', 'gap3']);
    await eventually(() => health.at(-1)?.state === 'running', { what: 'running again' });
  });

  test('mails that come while the server is down are fetched at its next start, and none twice', async () => {
    const user = newUser();
    const first = await open(user);
    await peers.deliver(plainMail('one', 'one'), `${user}@centre.test`);
    await eventually(() => first.messages.length === 1, { what: 'the first mail' });
    await eventually(() => (first.state as { lastUid: number }).lastUid === 1, { what: 'the saved state' });
    await first.channel.stop();
    await peers.deliver(plainMail('two', 'two'), `${user}@centre.test`);
    const second = await open(user, { state: first.state });
    await eventually(() => second.messages.length === 1, { what: 'the second mail' });
    expect(second.messages.map((message) => message.text)).toEqual(['two']);
  });

  test('when the server throws its UIDs away, known mails are known by their Message-ID and new ones are found', async () => {
    const user = newUser();
    const { messages, context, log } = await open(user);
    for (const id of ['a', 'b']) await peers.deliver(plainMail(id, id), `${user}@centre.test`);
    await peers.deliver('From: x@customer.test\r\nSubject: no id\r\n\r\nno id', `${user}@centre.test`);
    await eventually(() => messages.length === 3, { what: 'three mails' });
    const before = (await context.loadState()) as { uidValidity: string };
    await peers.stopDovecot();
    peers.forgetUids(user);
    await peers.startDovecot();
    await peers.deliver(plainMail('c', 'c'), `${user}@centre.test`);
    await eventually(() => messages.some((message) => message.text === 'c'), { what: 'the new mail' });
    await eventually(
      async () => ((await context.loadState()) as { uidValidity: string }).uidValidity !== before.uidValidity,
    );
    expect(log.some((line) => line.event === 'mail-uids-changed')).toBe(true);
    expect(messages.map((message) => message.text).sort()).toEqual(['a', 'b', 'c', 'no id']);
  });

  test('a start that is broken off in the middle of old mails takes in the rest at the next one', async () => {
    const user = newUser();
    for (const id of ['1', '2', '3']) await peers.deliver(plainMail(id, id), `${user}@centre.test`);
    const first = await openMailHouse(settingsOf(peers, user), { parts: hasty() });
    await eventually(() => first.messages.length > 0, { what: 'the first mail' });
    await first.channel.stop();
    const second = await open(user, { state: first.state });
    const taken = [...first.messages, ...second.messages].map((message) => message.text);
    expect([...new Set(taken)].sort()).toEqual(['1', '2', '3']);
  });

  test('a mail that cannot be stored comes again until it can', async () => {
    const user = newUser();
    const opened = await open(user);
    opened.storageError = new Error('database is down');
    await peers.deliver(plainMail('later', 'later'), `${user}@centre.test`);
    await eventually(() => opened.health.at(-1)?.state === 'failing', { what: 'failing' });
    expect(opened.health.at(-1)).toMatchObject({ error: matching(/^mail-not-stored: /) });
    await eventually(() => opened.log.filter((line) => line.event === 'mail-watch-interrupted').length > 5, {
      what: 'many tries',
    });
    opened.storageError = null;
    await eventually(() => opened.messages.length === 1, { what: 'the mail' });
    expect(opened.messages[0]?.text).toBe('later');
    await eventually(() => opened.health.at(-1)?.state === 'running', { what: 'running' });
    expect(opened.messages).toHaveLength(1);
  });

  test('a MIME bomb, scripts and a mail over 25 MB leave the channel up; what is not read is shown as such', async () => {
    const user = newUser();
    const { messages, raws } = await open(user);
    const to = `${user}@centre.test`;
    const parts = Array.from(
      { length: 2_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    await peers.deliver(
      `From: bomb@evil.test\r\nSubject: bomb\r\nMessage-ID: <bomb@evil.test>\r\n${parts.join('')}\r\nx`,
      to,
    );
    await peers.deliver(plainMail('huge', `${'0123456789'.repeat(90)}\r\n`.repeat(30_500)), to);
    await peers.deliver(recorded('html-with-scripts'), to);
    await eventually(() => messages.length === 3, { withinMs: 60_000, what: 'three mails' });
    const byId = new Map(messages.map((message) => [message.externalId, message]));
    expect(byId.get('<bomb@evil.test>')).toMatchObject({
      subject: 'bomb',
      author: { address: 'bomb@evil.test' },
      text: matching(/mime-too-deep/),
      files: [],
    });
    expect(raws.get('<bomb@evil.test>')?.length).toBeGreaterThan(50_000);
    expect(byId.get('<huge@customer.test>')).toMatchObject({
      subject: 'test huge',
      author: { address: 'hanako@customer.test', displayName: '山田 花子' },
      text: matching(/25\.0 MB/),
    });
    expect(raws.get('<huge@customer.test>')?.length).toBeLessThan(300_000);
    expect(byId.get('<html@evil.test>')?.html).not.toMatch(/script|onerror|evil\.test/);
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'imap-authentication-failed'],
    ['a certificate that nobody vouches for', { ca: undefined }, 'imap-certificate-not-trusted'],
    ['a name that the certificate does not have', { tlsName: 'other.test' }, 'imap-certificate-wrong-name'],
    ['a port where nobody listens', { port: 1 }, 'imap-connection-refused'],
    [
      'plain text spoken on a port for TLS',
      { tls: 'none' },
      /^imap-(timeout|connection-lost|protocol-error|tls-failed)/,
    ],
    ['a mailbox that is not there', {}, 'imap-mailbox-missing', 'Nowhere'],
  ])('%s is named in the health of the account', async (_what, wrong, reason, mailbox = 'INBOX') => {
    const user = newUser();
    const settings = settingsOf(peers, user, { mailbox });
    const imapTimeouts = { connectMs: 1_000, silenceMs: 60_000, idleMs: 60_000 };
    house = await openMailHouse(
      { ...settings, imap: { ...(settings['imap'] as object), ...wrong } },
      { parts: { imapTimeouts } },
    );
    const { health } = house;
    await eventually(() => health.at(-1)?.state === 'failing', { what: 'failing' });
    const expected = reason instanceof RegExp ? reason : new RegExp(`^${reason}: `);
    expect(health.find((one) => one.state === 'failing')).toMatchObject({ error: matching(expected) });
  });

  test('STARTTLS is used where it is asked for', async () => {
    const user = newUser();
    const settings = settingsOf(peers, user);
    const imap = { ...(settings['imap'] as object), port: peers.ports.imap, tls: 'starttls' };
    const opened = await openMailHouse({ ...settings, imap });
    house = opened;
    await eventually(() => opened.health.some((health) => health.state === 'running'), { what: 'running' });
  });

  test('no log line and no health report holds a word of a mail', async () => {
    const user = newUser();
    const opened = await open(user);
    await peers.deliver(recorded('sjis-labelled-iso-2022-jp'), `${user}@centre.test`);
    await peers.deliver(recorded('two-senders'), `${user}@centre.test`);
    await eventually(() => opened.messages.length === 2, { what: 'two mails' });
    const words = JSON.stringify([opened.log, opened.health]);
    expect(words).not.toMatch(/表示|hanako|customer\.test|evil|wrong label|pw-/);
  });
});
