/** Journey (b): a mail in Japanese comes in with a file, is answered with the right heads, and the answer to that lands beside it. */
import { expect } from '@playwright/test';
import { simpleParser } from 'mailparser';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { startJourneyCentre } from '../support/journey-centre.ts';

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

/** ISO-2022-JP as Japanese mail programs write it: 「お見積もり」 by JIS X 0208 between two escapes. */
const jis = Buffer.from('\x1b$B$*8+@Q$b$j\x1b(B', 'latin1');

function inquiry(): Buffer {
  const head = [
    `From: ${encodedWord('株式会社みなと商事')} <order@minato.example>`,
    'To: support@centre.test',
    `Subject: ${encodedWord('法人契約の追加お見積もり')}`,
    'Message-ID: <inquiry-1@minato.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain; charset=ISO-2022-JP',
    'Content-Transfer-Encoding: 7bit',
    '',
    '',
  ].join('\r\n');
  const tail = [
    '',
    '--part',
    "Content-Type: application/pdf; name*=UTF-8''%E6%B3%A8%E6%96%87%E6%9B%B8.pdf",
    "Content-Disposition: attachment; filename*=UTF-8''%E6%B3%A8%E6%96%87%E6%9B%B8.pdf",
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64'),
    '--part--',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), jis, Buffer.from(tail)]);
}

test('a mail in ISO-2022-JP with a file becomes a conversation, the reply has the right heads, the next answer lands in the same one', async ({
  startConsole,
}) => {
  const centre = await startJourneyCentre();
  const console_ = await startConsole({ serverUrl: centre.server.url });
  const desk = deskOf(console_.page);
  await desk.signIn('aoi');
  const sent: Buffer[] = [];
  centre.mail.onSent((mail) => sent.push(mail.raw));

  await centre.mail.deliver(inquiry());
  await expect(desk.row('株式会社みなと商事')).toBeVisible({ timeout: 20_000 });
  await desk.open('株式会社みなと商事');
  await expect(console_.page.getByText('法人契約の追加お見積もり').first()).toBeVisible();
  await expect(desk.said('お見積もり').first()).toBeVisible();
  await expect(desk.log.getByText('注文書.pdf')).toBeVisible();

  await desk.reply('お見積書を本日中にお送りします。');
  const raw = await eventually(() => sent[0], { what: 'the reply at the mail server', withinMs: 20_000 });
  const reply = await simpleParser(raw);
  expect(reply.inReplyTo).toBe('<inquiry-1@minato.example>');
  expect([reply.references].flat()).toContain('<inquiry-1@minato.example>');
  expect(reply.subject).toBe('Re: 法人契約の追加お見積もり');
  expect([reply.to].flat()[0]?.value[0]?.address).toBe('order@minato.example');
  expect(reply.text).toContain('お見積書を本日中にお送りします。');
  await expect(desk.log.getByText('送信済').last()).toBeVisible();

  await centre.mail.deliver(
    Buffer.from(
      [
        'From: order@minato.example',
        'To: support@centre.test',
        `Subject: ${encodedWord('Re: 法人契約の追加お見積もり')}`,
        'Message-ID: <inquiry-2@minato.example>',
        `In-Reply-To: ${reply.messageId ?? ''}`,
        `References: <inquiry-1@minato.example> ${reply.messageId ?? ''}`,
        'Content-Type: text/plain; charset=UTF-8',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('ありがとうございます。納期も教えてください。').toString('base64'),
        '',
      ].join('\r\n'),
    ),
  );
  await expect(desk.said('ありがとうございます。納期も教えてください。')).toBeVisible({ timeout: 20_000 });
  await expect(desk.row('株式会社みなと商事')).toHaveCount(1);
  expect(sent).toHaveLength(1);
  await centre.stop();
});
