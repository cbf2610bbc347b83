import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../tests/support/eventually.ts';
import { channelSecret, useLineBench } from '../../../../tests/support/line-bench.ts';

const bench = useLineBench();

describe('an answer', () => {
  const token = async (): Promise<string> => String((await bench.line.say(bench.user, '質問')).event['replyToken']);

  test('goes by the reply token while it lives, which costs nothing', async () => {
    const outcome = await bench.server.channel.send!(bench.reply('お答えします', { replyToken: await token() }));
    expect(outcome).toEqual({ outcome: 'sent', externalId: bench.line.screenOf(bench.user)[0]?.id, state: 'sent' });
    expect(bench.screen()).toEqual(['reply: お答えします']);
    expect(bench.line.used()).toBe(0);
  });

  test('falls back to push in the same sending when the token has died, and arrives once', async () => {
    const dead = await token();
    bench.now += 61_000;
    const outcome = await bench.server.channel.send!(bench.reply('遅くなりました', { replyToken: dead }));
    expect(outcome).toMatchObject({ outcome: 'sent' });
    expect(bench.screen()).toEqual(['push: 遅くなりました']);
  });

  test('pushed, lost on the way back and pushed again under its key arrives once', async () => {
    const message = bench.reply('一度だけ届く');
    bench.line.failNext({ call: 'push', how: 'lost' });
    expect(await bench.server.channel.send!(message)).toEqual({
      outcome: 'unknown',
      reason: 'line-unreachable',
      hadKey: true,
    });
    expect(bench.server.channel.isSafeToRepeat({ idempotencyKey: message.idempotencyKey, usedReplyToken: false })).toBe(
      true,
    );
    // 409: an earlier try arrived. It counts as sent, under the id of the first one.
    expect(await bench.server.channel.send!(message)).toEqual({
      outcome: 'sent',
      externalId: bench.line.screenOf(bench.user)[0]?.id,
      state: 'sent',
    });
    expect(bench.screen()).toEqual(['push: 一度だけ届く']);
  });

  test('by reply token, lost on the way back, is never sent again by itself', async () => {
    const message = bench.reply('届いたかもしれない', { replyToken: await token() });
    bench.line.failNext({ call: 'reply', how: 'lost' });
    expect(await bench.server.channel.send!(message)).toEqual({
      outcome: 'unknown',
      reason: 'line-unreachable',
      hadKey: false,
    });
    expect(bench.server.channel.isSafeToRepeat({ idempotencyKey: message.idempotencyKey, usedReplyToken: true })).toBe(
      false,
    );
    expect(bench.screen()).toEqual(['reply: 届いたかもしれない']);
  });

  test('that LINE cannot take now goes again later; one whose fate is unknown goes under its key', async () => {
    bench.line.failNext({ call: 'push', how: { status: 429, body: { message: 'Too Many Requests' } } });
    expect(await bench.server.channel.send!(bench.reply('a'))).toEqual({
      outcome: 'retry',
      reason: 'line-too-fast',
      afterMs: 10_000,
    });
    bench.line.failNext({ call: 'push', how: { status: 500 } });
    expect(await bench.server.channel.send!(bench.reply('b'))).toEqual({
      outcome: 'unknown',
      reason: 'line-server-error',
      hadKey: true,
    });
    bench.line.failNext({ call: 'reply', how: { status: 503 } });
    expect(await bench.server.channel.send!(bench.reply('c', { replyToken: await token() }))).toEqual({
      outcome: 'unknown',
      reason: 'line-server-error',
      hadKey: false,
    });
    expect(bench.screen()).toEqual([]);
  });

  test('to a LINE that refuses the connection goes again, since it never left', async () => {
    await bench.line.stop();
    expect(await bench.server.channel.send!(bench.reply('a', { replyToken: 'x' }))).toEqual({
      outcome: 'retry',
      reason: 'line-unreachable',
      afterMs: 0,
    });
    bench.line = await bench.startLine();
  });

  test.each([
    [{ status: 401, body: { message: 'Authentication failed' } }, 'line-token-invalid'],
    [{ status: 403, body: { message: 'Access denied' } }, 'line-not-permitted'],
    [{ status: 400, body: { message: 'Failed to send messages' } }, 'line-recipient-unreachable'],
    [{ status: 400, body: { message: 'The request body has 1 error(s)' } }, 'line-bad-request'],
    [{ status: 429, body: { message: 'You have reached your monthly limit.' } }, 'line-monthly-limit'],
    [{ status: 418 }, 'line-refused-418'],
  ])('%j is refused with a name', async (how, reason) => {
    bench.line.failNext({ call: 'push', how });
    expect(await bench.server.channel.send!(bench.reply('a'))).toEqual({ outcome: 'refused', reason });
  });

  test('to somebody LINE does not know is refused', async () => {
    expect(await bench.server.channel.send!(bench.reply('a', { threadId: `U${'0'.repeat(32)}` }))).toEqual({
      outcome: 'refused',
      reason: 'line-unknown-recipient',
    });
  });

  test('of more than 5,000 characters is refused and never split; of 5,000 it goes', async () => {
    expect(await bench.server.channel.send!(bench.reply('あ'.repeat(5_001)))).toEqual({
      outcome: 'refused',
      reason: 'text-too-long',
    });
    expect(await bench.server.channel.send!(bench.reply('あ'.repeat(5_000)))).toMatchObject({ outcome: 'sent' });
    expect(await bench.server.channel.send!(bench.reply(' \n'))).toEqual({ outcome: 'refused', reason: 'text-empty' });
    expect(bench.screen()).toHaveLength(1);
  });
});

describe('the account', () => {
  test('shows its quota at the start and after a push', async () => {
    await eventually(() => bench.server.fake.quotas.length === 1);
    expect(bench.server.fake.quotas).toEqual([{ limit: 200, used: 0 }]);
    expect(bench.server.fake.health.at(-1)).toEqual({ state: 'running' });
    await bench.server.channel.send!(bench.reply('a'));
    await eventually(() => bench.server.fake.quotas.at(-1)?.used === 1);
  });

  test('with a wrong token or the token of another account is failing, with the reason', async () => {
    await bench.server.stop();
    bench.server = await bench.start({ channelAccessToken: 'wrong' });
    await eventually(() => bench.server.fake.health.at(-1)?.state === 'failing');
    expect(bench.server.fake.health.at(-1)).toEqual({ state: 'failing', error: 'line-token-invalid' });
    await bench.server.stop();
    bench.server = await bench.start({ botUserId: `U${'d'.repeat(32)}` });
    await eventually(() => bench.server.fake.health.at(-1)?.state === 'failing');
    expect(JSON.stringify(bench.server.fake.health.at(-1))).toContain('line-other-account');
  });

  test.each([
    [{ apiBaseUrl: 'https://evil.example' }, 'apiBaseUrl: host evil.example is not among allowedHosts'],
    [{ apiDataBaseUrl: 'http://169.254.169.254/' }, 'apiDataBaseUrl: host 169.254.169.254 is not among allowedHosts'],
    [{ apiBaseUrl: 'http://api.line.me', allowedHosts: ['127.0.0.1', 'api.line.me'] }, 'apiBaseUrl: must be https'],
    [{ botUserId: 'me' }, 'botUserId: the bot user id'],
    [{ channelSecret: '' }, 'channelSecret'],
  ])('a wrong setting is named: %#', async (more, words) => {
    const wrong = bench.start(more);
    await expect(wrong).rejects.toThrow(words);
    await expect(wrong).rejects.not.toThrow(channelSecret);
  });

  test('no secret and no word of a customer stands in the log', async () => {
    await bench.line.say(bench.user, '内緒の話');
    await bench.post('{}', { 'x-line-signature': 'x' });
    await bench.server.channel.send!(bench.reply('内緒の返事', { replyToken: 'dead' }));
    const log = JSON.stringify(bench.server.fake.log);
    for (const secret of ['内緒', channelSecret, 'Bearer', 'token"']) expect(log).not.toContain(secret);
  });
});
