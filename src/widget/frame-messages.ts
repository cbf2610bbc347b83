/**
 * CONTRACT loader ⇄ frame: what the script in a customer's page and the frame of our server tell each other by
 * postMessage. Nothing that was said in the chat ever crosses. Read by hand, without a library, because the loader runs in
 * every page of a shop and must stay small.
 */

export type ToLoader =
  | { type: 'ready' }
  /** Colour of the account, and the words for the button. */
  | { type: 'look'; colour: string; ink: string; open: string; close: string }
  | { type: 'unread'; count: number; words: string }
  | { type: 'close' };

export type ToFrame = { type: 'shown' } | { type: 'hidden' };

/** Makes every message tell from those of other scripts in the page. */
const MARK = 'kanade-chat-1';

/** The message as it is posted. */
export function packed(message: ToLoader | ToFrame): object {
  return { ...message, mark: MARK };
}

/** What the frame says, or null for anything else that is posted in a page. */
export function readToLoader(data: unknown): ToLoader | null {
  const given = fieldsOf(data);
  if (given === null) return null;
  const { type, colour, ink, open, close, count, words } = given;
  switch (type) {
    case 'ready':
    case 'close':
      return { type };
    case 'look':
      return isColour(colour) && isColour(ink) && isShort(open) && isShort(close)
        ? { type, colour, ink, open, close }
        : null;
    case 'unread':
      return typeof count === 'number' && Number.isInteger(count) && count >= 0 && isShort(words)
        ? { type, count, words }
        : null;
    default:
      return null;
  }
}

/** What the page around says, or null. */
export function readToFrame(data: unknown): ToFrame | null {
  const type = fieldsOf(data)?.['type'];
  return type === 'shown' || type === 'hidden' ? { type } : null;
}

function fieldsOf(data: unknown): Record<string, unknown> | null {
  return typeof data === 'object' && data !== null && (data as { mark?: unknown }).mark === MARK
    ? (data as Record<string, unknown>)
    : null;
}
function isColour(value: unknown): value is string {
  return typeof value === 'string' && /^#[0-9a-fA-F]{6}$/.test(value);
}
function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 200;
}
