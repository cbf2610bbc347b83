import { describe, expect, test } from 'vitest';
import { HOTKEYS } from './hotkey-table.ts';
import { type FocusPlace, type KeyPress, matchHotkey, nameOfPress, SEQUENCE_MS } from './match-hotkey.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    keyCode: 0,
    ...more,
  };
}
const idOf = (p: KeyPress, focus: FocusPlace = 'elsewhere') => matchHotkey(p, focus, null, 0).id;

describe('matchHotkey', () => {
  test('a single letter works outside a field and is dead inside one', () => {
    expect(idOf(press('j'))).toBe('nextConversation');
    expect(idOf(press('j'), 'text')).toBeNull();
  });
  test('nothing at all fires while an input method composes, with or without Ctrl', () => {
    for (const { keys } of Object.values(HOTKEYS)) {
      const key = keys[0].split('+').at(-1)!;
      expect(idOf(press(key, { isComposing: true, ctrlKey: true }))).toBeNull();
      expect(idOf(press(key, { keyCode: 229 }))).toBeNull();
    }
  });
  test('a chord works inside a field too', () => {
    expect(idOf(press('Enter', { ctrlKey: true }), 'text')).toBe('send');
    expect(idOf(press('f', { ctrlKey: true, shiftKey: true }), 'text')).toBe('search');
  });
  test('nothing fires while a dialog or a menu has the focus', () => {
    expect(idOf(press('e'), 'popup')).toBeNull();
    expect(idOf(press('k', { ctrlKey: true }), 'popup')).toBeNull();
  });
  test('Ctrl+J is not J', () => {
    expect(idOf(press('j', { ctrlKey: true }))).toBeNull();
  });
  test('a question mark is one key however the layout makes it', () => {
    expect(idOf(press('?', { shiftKey: true }))).toBe('showKeys');
  });
  test('G then I is a sequence, and is forgotten after a second', () => {
    const first = matchHotkey(press('g'), 'elsewhere', null, 0);
    expect(first.id).toBeNull();
    expect(matchHotkey(press('i'), 'elsewhere', first.open, 500).id).toBe('goToInbox');
    expect(matchHotkey(press('i'), 'elsewhere', first.open, SEQUENCE_MS + 1).id).toBeNull();
  });
  test('the digit of a chord is read from the physical key', () => {
    expect(nameOfPress(press('º', { code: 'Digit0', ctrlKey: true, altKey: true }))).toBe('Ctrl+Alt+0');
  });
  test('no two lines of the table share a key', () => {
    const all = Object.values(HOTKEYS).flatMap((hotkey) => [...hotkey.keys]);
    expect(new Set(all).size).toBe(all.length);
  });
});
