import { describe, expect, test } from 'vitest';
import { messageIdsIn, ownMessageId } from './message-ids.ts';
import { addressWithToken, messageIdOf, threadMail } from './thread-mail.ts';

const mail = { externalId: '<own@x>', inReplyTo: '', references: '', recipients: [] };

describe('what a mail answers', () => {
  test('In-Reply-To comes first, then References from the right', () => {
    expect(threadMail({ ...mail, inReplyTo: '<c@x>', references: '<a@x> <b@x> <c@x>' }, 'centre.test')).toEqual({
      threadId: '<a@x>',
      answersExternalIds: ['<c@x>', '<b@x>', '<a@x>'],
    });
  });
  test('ids are found in words and without spaces between them', () => {
    const threaded = threadMail(
      {
        ...mail,
        inReplyTo: 'Your message of "Mon, 23 Nov" <first@x>',
        references: '<root@x><second@x>\r\n\t<first@x>',
      },
      'centre.test',
    );
    expect(threaded).toEqual({ threadId: '<root@x>', answersExternalIds: ['<first@x>', '<second@x>', '<root@x>'] });
  });
  test('the token of our own address names the mail that was answered, last', () => {
    const key = '0190a000-0000-7000-8000-00000000aaaa';
    const recipients = ['someone@else.test', addressWithToken('support@centre.test', key)];
    expect(threadMail({ ...mail, recipients }, 'centre.test')).toEqual({
      threadId: '<own@x>',
      answersExternalIds: [messageIdOf(key, 'centre.test')],
    });
    expect(addressWithToken('support@centre.test', key)).toBe(
      'support+k0190a0000000700080000000' + '0000aaaa@centre.test',
    );
  });
  test('a mail that names nothing begins a thread of its own, and never answers itself', () => {
    expect(threadMail({ ...mail, references: '<own@x>' }, 'centre.test').answersExternalIds).toEqual([]);
    expect(threadMail(mail, 'centre.test')).toEqual({ threadId: '<own@x>', answersExternalIds: [] });
  });
  test('of ten thousand references the root and the latest are kept', () => {
    const references = Array.from({ length: 10_000 }, (_, i) => `<${i}@x>`).join(' ');
    const ids = threadMail({ ...mail, references }, 'centre.test').answersExternalIds;
    expect(ids).toHaveLength(50);
    expect(ids.at(0)).toBe('<9999@x>');
    expect(ids.at(-1)).toBe('<0@x>');
  });
});

test('ids are told from words', () => {
  expect(messageIdsIn('a <b@c> <d e> <> <f@g>')).toEqual(['<b@c>', '<f@g>']);
  expect(ownMessageId('bare@x.test')).toBe('<bare@x.test>');
  expect(ownMessageId('no id at all')).toBeNull();
  expect(ownMessageId('')).toBeNull();
});
