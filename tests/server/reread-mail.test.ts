import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningChannel } from '../../src/server/channels/channel-adapter.ts';
import { createMailReader } from '../../src/server/channels/mail/mail-reader.ts';
import { redactMessage } from '../../src/server/conversations/move-delivery.ts';
import { rereadMail } from '../../src/server/conversations/reread-mail.ts';
import { agent, auditEvent, channelAccount, conversation, message, rawEvent } from '../../src/server/db/schema.ts';
import type { MessageId } from '../../src/shared/domain/ids.ts';
import type { MailCharset } from '../../src/shared/domain/mail-charset.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

const externalId = '<garbled@customer.test>';
/** Shift_JIS that says it is Latin: every byte means something there, so nothing but a person can tell. */
const raw = Buffer.concat([
  Buffer.from(
    `From: a@customer.test\r\nSubject: hello\r\nMessage-ID: ${externalId}\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n`,
  ),
  Buffer.from([0x95, 0x5c, 0x82, 0xcc, 0x94, 0x5c, 0x97, 0xcd]),
  Buffer.from('\r\n'),
]);

describeOnEveryDatabase('a mail that was read by the wrong charset', (fresh) => {
  const reader = createMailReader();
  let centre: WorkCentre;
  let messageId: MessageId;

  beforeAll(async () => {
    centre = await foundWorkCentre(await fresh(), handClock());
    await centre.database.orm
      .insert(rawEvent)
      .values({ accountId: centre.accounts.mail, eventId: externalId, body: raw, receivedAt: 1 });
    const first = await reader.read(raw);
    if (!('mail' in first)) throw new Error(first.reason);
    const { subject, text } = first.mail;
    const got = await centre.receive('mail', {
      text,
      externalId,
      subject,
      author: { address: 'a@customer.test', displayName: null, isVerified: false },
      detail: {
        kind: 'mail',
        head: { from: 'a@customer.test', to: [], cc: [], subject, dmarc: null, remotePictures: 0, suspicious: false },
      },
    });
    messageId = got.messageId as MessageId;
  });
  afterAll(() => reader.stop());

  const channel: RunningChannel = {
    send: null,
    isSafeToRepeat: () => false,
    async readAgain(bytes, charset) {
      const reading = await reader.read(bytes, charset);
      return 'mail' in reading ? reading.mail : null;
    },
    stop: async () => {},
  };
  const reread = (who: 'aoi' | 'ren', charset: MailCharset, running: RunningChannel | null = channel) =>
    rereadMail(
      { database: centre.database, source: centre.source, channelOf: () => running },
      centre.agents[who].id,
      messageId,
      charset,
    );
  const stored = async () => (await centre.database.orm.select().from(message).where(eq(message.id, messageId)))[0];

  test('is read again by the one that the agent chose, in the thread and in the inbox, with a line in the audit', async () => {
    const before = await stored();
    expect(before?.text).not.toContain('表');
    expect(await reread('aoi', 'shift_jis')).toEqual({ ok: true, output: null });
    const after = await stored();
    expect(after).toMatchObject({ text: '表の能力', detail: { head: { subject: 'hello' } } });
    expect(after?.sv).toBeGreaterThan(before?.sv ?? 0);
    expect((await centre.database.orm.select().from(conversation))[0]).toMatchObject({ preview: '表の能力' });
    expect(await centre.database.orm.select().from(auditEvent)).toMatchObject([
      { what: 'mail.reread', target: messageId, agentId: centre.agents.aoi.id, after: { charset: 'shift_jis' } },
    ]);
  });

  test('may be chosen again, because the original is kept', async () => {
    await reread('ren', 'euc-jp');
    expect((await stored())?.text).not.toBe('表の能力');
    await reread('ren', 'shift_jis');
    expect((await stored())?.text).toBe('表の能力');
  });

  test('stays as it is while its account does not run, and for an agent who may not see it', async () => {
    expect(await reread('aoi', 'euc-jp', null)).toMatchObject({ ok: false, why: 'failed' });
    await centre.database.orm.update(agent).set({ queueIds: [] }).where(eq(agent.id, centre.agents.ren.id));
    expect(await reread('ren', 'euc-jp')).toMatchObject({ ok: false, why: 'not-found' });
    expect((await stored())?.text).toBe('表の能力');
  });

  test('does not come to light again when its author has taken it back', async () => {
    const [account] = await centre.database.orm
      .select()
      .from(channelAccount)
      .where(eq(channelAccount.id, centre.accounts.mail));
    if (!account) throw new Error('no mail account');
    await centre.run((w) => redactMessage(w, account, externalId));
    expect(await reread('aoi', 'shift_jis')).toMatchObject({ ok: false, why: 'not-found' });
    expect((await stored())?.text).toBe('');
  });
});
