/**
 * The three kinds of call a window may make, and how a table of them becomes a typed client and typed handlers.
 * Knows no call by name and carries none: the names stand in `console-api.ts`, the frames in `console-frames.ts`.
 */
import type { z } from 'zod';

export type CallKind = 'query' | 'command' | 'live';

export type Shape<K extends CallKind, I extends z.ZodType, O extends z.ZodType> = {
  kind: K;
  input: I;
  output: O;
  // A method, not a property: a contract of mixed inputs must still be assignable to `Contract`.
  topics(input: z.output<I>): readonly string[];
};

/** A call that reads the local files. Works offline. `topics` names what makes its answer stale. */
export function query<I extends z.ZodType, O extends z.ZodType>(shape: {
  input: I;
  output: O;
  topics: (input: z.output<I>) => readonly string[];
}): Shape<'query', I, O> {
  return { kind: 'query', ...shape };
}

/** A call that is written to `outbox.db` before it answers; what concerns the server is sent when there is a line. */
export function command<I extends z.ZodType, O extends z.ZodType>(shape: {
  input: I;
  output: O;
}): Shape<'command', I, O> {
  return { kind: 'command', ...shape, topics: () => [] };
}

/** A call that needs the server now. Refused with `offline` when there is no line; never stored, never replayed. */
export function live<I extends z.ZodType, O extends z.ZodType>(shape: { input: I; output: O }): Shape<'live', I, O> {
  return { kind: 'live', ...shape, topics: () => [] };
}

export type AnyShape = Shape<CallKind, z.ZodType, z.ZodType>;
export type Contract = Record<string, Record<string, AnyShape>>;

/** What a caller holds: one asynchronous function for each call of the contract. */
export type ClientOf<C extends Contract> = {
  readonly [G in keyof C]: {
    readonly [M in keyof C[G]]: (input: z.input<C[G][M]['input']>) => Promise<z.output<C[G][M]['output']>>;
  };
};

/** What a server of the contract must give: one handler for each call, plain or asynchronous. */
export type HandlersOf<C extends Contract> = {
  readonly [G in keyof C]: {
    readonly [M in keyof C[G]]: (
      input: z.output<C[G][M]['input']>,
    ) => z.input<C[G][M]['output']> | Promise<z.input<C[G][M]['output']>>;
  };
};
