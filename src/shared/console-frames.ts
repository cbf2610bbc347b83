/**
 * The three frames that carry the ConsoleApi, whatever carries the frames: Electron IPC, a loopback socket, a worker
 * port, or an array in a test. Nothing here knows which one it is; that is what lets one renderer serve two hosts.
 */
import { z } from 'zod';

export type CallFrame = { t: 'call'; id: number; method: string; input: unknown };

export type ReplyFrame =
  | { t: 'reply'; id: number; ok: true; output: unknown }
  | { t: 'reply'; id: number; ok: false; refusal: Refusal };

/** These topics' answers are out of date: ask again. Carries no data, so it can never disagree with the files. */
export type StaleFrame = { t: 'stale'; topics: readonly string[] };

export type Frame = CallFrame | ReplyFrame | StaleFrame;

/**
 * Why a call was not carried out. `offline` happens to live calls only; `field` names the input at fault. `refused`: a rule of
 * the server speaks against it, and `fault` names which (`administration/calls.ts`).
 */
export type Refusal = { why: RefusalReason; detail: string; field?: string; fault?: string };

export const refusalReasons = [
  'unknown-method',
  'bad-input',
  'refused',
  'offline',
  'signed-out',
  'not-found',
  'not-allowed',
  'wrong-password',
  'weak-password',
  'code-needed',
  'wrong-code',
  'locked',
  'too-many-attempts',
  'too-large',
  'outbox-not-empty',
  'storage-full',
  'read-only',
  'key-lost',
  'device-revoked',
  'bad-address',
  'not-encrypted',
  'no-server',
  'failed',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** The topic that makes every answer stale: after a reconnect of the wire, or a restart of the core. */
export const EVERYTHING = '*';

/** One end of a wire for frames. `onFrame` returns the function that stops listening. */
export type FramePort = {
  send(frame: Frame): void;
  onFrame(listener: (frame: Frame) => void): () => void;
};

/** Largest frame that a host passes on, in characters of JSON. A file of 25 MB in base64 fits. */
export const MAX_FRAME_CHARACTERS = 40_000_000;

/** Parses a frame that came from a window. Windows may only call; replies and stale frames go the other way. */
export const callFrameSchema = z.strictObject({
  t: z.literal('call'),
  id: z.number().int().nonnegative(),
  method: z.string().max(100),
  input: z.unknown(),
});
