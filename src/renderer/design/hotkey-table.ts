/**
 * The one table of keys: what can be done from the keyboard, with which keys, and where. It carries nothing out:
 * whoever can do a thing says so with `useHotkeys`. The key list on screen is drawn from this table.
 */

/**
 * `outsideText`: single letters, dead while the focus is in a field. `anywhere`: chords and function keys, alive in
 * fields too. Neither fires while an input method is composing or while a dialog or menu is open.
 */
export type HotkeyPlace = 'outsideText' | 'anywhere';

export type Hotkey = {
  /** Each entry is one way to press it: `J`, `ArrowDown`, `Ctrl+Enter`, or a sequence `G I`. */
  readonly keys: readonly string[];
  readonly place: HotkeyPlace;
};

export const HOTKEYS = {
  nextConversation: { keys: ['J', 'ArrowDown'], place: 'outsideText' },
  previousConversation: { keys: ['K', 'ArrowUp'], place: 'outsideText' },
  openConversation: { keys: ['Enter', 'O'], place: 'outsideText' },
  toReply: { keys: ['R'], place: 'outsideText' },
  toNote: { keys: ['M'], place: 'outsideText' },
  takeConversation: { keys: ['A'], place: 'outsideText' },
  pendConversation: { keys: ['H'], place: 'outsideText' },
  resolveConversation: { keys: ['E'], place: 'outsideText' },
  conflictMine: { keys: ['1'], place: 'outsideText' },
  conflictTheirs: { keys: ['2'], place: 'outsideText' },
  conflictBoth: { keys: ['3'], place: 'outsideText' },
  undo: { keys: ['Z'], place: 'outsideText' },
  goToInbox: { keys: ['G I'], place: 'outsideText' },
  toggleList: { keys: ['['], place: 'outsideText' },
  toggleKarte: { keys: [']'], place: 'outsideText' },
  showKeys: { keys: ['?'], place: 'outsideText' },
  send: { keys: ['Ctrl+Enter'], place: 'anywhere' },
  search: { keys: ['Ctrl+K', 'Ctrl+Shift+F'], place: 'anywhere' },
  nextPane: { keys: ['F6'], place: 'anywhere' },
  previousPane: { keys: ['Shift+F6'], place: 'anywhere' },
  lockScreen: { keys: ['Ctrl+L'], place: 'anywhere' },
  resetPanes: { keys: ['Ctrl+Alt+0'], place: 'anywhere' },
} as const satisfies Record<string, Hotkey>;

export type HotkeyId = keyof typeof HOTKEYS;

/** The first way to press it, for a hint beside a button. */
export function firstKey(id: HotkeyId): string {
  return HOTKEYS[id].keys[0];
}
