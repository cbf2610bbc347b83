import { expect, test } from 'vitest';
import { packed, readToFrame, readToLoader } from './frame-messages.ts';
import { newVisitorToken, openVisitorStore, storageOf } from './stored-visitor.ts';
import { errorWords, wordsIn } from './words.ts';

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  };
}
const visitor = { token: newVisitorToken(), name: '田中', mail: null };

test('a visitor is found again on the next page, for this account only, until they leave', () => {
  const storage = memory();
  const store = openVisitorStore('shop', storage);
  expect(store.load()).toBeNull();
  const waiting = [{ clientMessageId: '0190a000-0000-7000-8000-000000000001', text: 'x', sentAt: 1 }];
  store.save(visitor, { waiting, readUpTo: null });
  expect(openVisitorStore('shop', storage).load()).toEqual({ visitor, kept: { waiting, readUpTo: null } });
  expect(openVisitorStore('other', storage).load()).toBeNull();
  store.forget();
  expect(storage.length).toBe(0);
});

test.each([['not json'], ['{}'], ['{"token":"short","name":"x","mail":null}'], ['null']])(
  'what somebody else left in the storage (%s) counts as nothing',
  (left) => {
    const storage = memory();
    storage.setItem('kanade.chat.shop', left);
    expect(openVisitorStore('shop', storage).load()).toBeNull();
  },
);

test('unsent texts that cannot be read do not cost the visitor the chat', () => {
  const storage = memory();
  storage.setItem('kanade.chat.shop', JSON.stringify({ ...visitor, waiting: 'x', readUpTo: 3 }));
  expect(openVisitorStore('shop', storage).load()).toEqual({ visitor, kept: { waiting: [], readUpTo: null } });
});

test('a browser without storage still chats', () => {
  const forbidden = storageOf({
    get localStorage(): Storage {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  const store = openVisitorStore('shop', forbidden);
  store.save(visitor, { waiting: [], readUpTo: null });
  expect(store.load()).toBeNull();
  store.forget();
});

test('messages between page and frame are told from everything else that is posted', () => {
  expect(readToLoader(structuredClone(packed({ type: 'unread', count: 2, words: 'x' })))).toEqual({
    type: 'unread',
    count: 2,
    words: 'x',
  });
  for (const wrong of [
    null,
    'ready',
    { type: 'ready' },
    { mark: 'kanade-chat-1', type: 'unread', count: -1, words: 'x' },
  ]) {
    expect(readToLoader(wrong)).toBeNull();
  }
  const look = { type: 'look', colour: '#123456', ink: 'url(//evil)', open: 'a', close: 'b' } as const;
  expect(readToLoader(packed(look))).toBeNull();
  expect(readToFrame(packed({ type: 'shown' }))).toEqual({ type: 'shown' });
  expect(readToFrame({ type: 'shown' })).toBeNull();
});

test('every reason has words in both languages, an unknown one too', () => {
  for (const language of ['ja', 'en'] as const) {
    const words = wordsIn(language);
    expect(errorWords(words, 'file-type-blocked')).not.toBe(words.errors.failed);
    expect(errorWords(words, 'of-a-newer-server')).toBe(words.errors.failed);
    expect(errorWords(words, 'toString')).toBe(words.errors.failed);
  }
});
