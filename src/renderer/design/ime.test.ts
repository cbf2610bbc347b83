import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterComposition, isCommittingEnter, isComposing, isImeKey, watchComposition } from './ime.ts';

describe('isImeKey', () => {
  test('a key pressed while composing belongs to the input method', () => {
    expect(isImeKey({ isComposing: true, keyCode: 13 })).toBe(true);
  });
  test('key code 229 belongs to the input method even before isComposing turns true', () => {
    expect(isImeKey({ isComposing: false, keyCode: 229 })).toBe(true);
  });
  test('a plain Enter belongs to us', () => {
    expect(isImeKey({ isComposing: false, keyCode: 13 })).toBe(false);
  });
  test("React's wrapper of an event is looked through", () => {
    expect(isImeKey({ nativeEvent: { isComposing: true, keyCode: 13 } })).toBe(true);
    expect(isImeKey({ keyCode: 229, nativeEvent: { isComposing: false, keyCode: 13 } })).toBe(false);
  });
});

test('Enter commits only when no conversion is being confirmed', () => {
  expect(isCommittingEnter({ key: 'Enter', keyCode: 13 })).toBe(true);
  expect(isCommittingEnter({ key: 'Enter', keyCode: 229 })).toBe(false);
  expect(isCommittingEnter({ key: 'Enter', isComposing: true, keyCode: 13 })).toBe(false);
  expect(isCommittingEnter({ key: 'a', keyCode: 65 })).toBe(false);
});

describe('afterComposition', () => {
  let field: EventTarget;
  let stop: () => void;
  beforeEach(() => {
    field = new EventTarget();
    stop = watchComposition(field);
  });
  afterEach(() => stop());

  test('a change made while nobody composes is made at once', () => {
    const done: string[] = [];
    afterComposition(() => done.push('set'));
    expect(done).toEqual(['set']);
  });
  test('a change made while composing waits for the end and keeps its order', () => {
    const done: string[] = [];
    field.dispatchEvent(new Event('compositionstart'));
    afterComposition(() => done.push('first'));
    afterComposition(() => done.push('second'));
    expect(isComposing()).toBe(true);
    expect(done).toEqual([]);
    field.dispatchEvent(new Event('compositionend'));
    expect(done).toEqual(['first', 'second']);
    expect(isComposing()).toBe(false);
  });
});
