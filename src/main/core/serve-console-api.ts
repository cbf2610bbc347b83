/**
 * Answers the windows: frame → parse the input → handler → reply. The only place where input is parsed. Knows the
 * contract and no feature; what a handler throws without a name reaches the log by the method's name only.
 */
import type { AnyShape, Contract, HandlersOf } from '../../shared/contract.ts';
import {
  type CallFrame,
  callFrameSchema,
  EVERYTHING,
  type FramePort,
  MAX_FRAME_CHARACTERS,
  type Refusal,
  type ReplyFrame,
} from '../../shared/console-frames.ts';
import { withoutNul } from '../../shared/domain/nul.ts';
import { isDiskFull, sqliteCode } from './db/connection.ts';
import { Refused } from './refused.ts';

/** Tells every window whose answers are out of date, and only those windows that have asked. */
export type ConsoleService = {
  /** Serves one window; the function it gives back stops that. */
  attach(port: FramePort): () => void;
  announce(topics: Iterable<string>): void;
};

export type ServiceOptions = {
  /** Names what went wrong inside, never with customer text. */
  log: (line: string) => void;
  /** Told of every error that a handler threw without a name, so that a damaged file can be set aside. */
  onFailure: (error: unknown) => void;
  /** Why a call is not carried out now whatever its input, or null. */
  refuse?: (method: string) => Refused | null;
};

/** Topics that one window is remembered to have asked about; beyond that it is told of everything. */
const MAX_TOPICS = 20_000;

/** Serves a contract with its handlers over any number of ports. */
export function serveConsoleApi<C extends Contract>(
  contract: C,
  handlers: HandlersOf<C>,
  options: ServiceOptions,
): ConsoleService {
  const windows = new Set<{ port: FramePort; asked: Set<string> }>();

  return {
    attach(port) {
      const window = { port, asked: new Set<string>() };
      windows.add(window);
      const stop = port.onFrame((frame) => {
        const call = readCall(frame, port);
        if (call) void answer(call, window);
      });
      return () => {
        stop();
        windows.delete(window);
      };
    },
    announce(topics) {
      const all = [...topics];
      for (const { port, asked } of windows) {
        // A window that has not asked cannot be out of date; during a first download this saves thousands of names.
        const concerned =
          asked.size > MAX_TOPICS ? all : all.filter((topic) => asked.has(topic) || topic === EVERYTHING);
        if (concerned.length > 0) port.send({ t: 'stale', topics: concerned });
      }
    },
  };

  async function answer(call: CallFrame, window: { port: FramePort; asked: Set<string> }): Promise<void> {
    const reply = await carryOut(call, window.asked);
    window.port.send(reply);
  }

  async function carryOut(call: CallFrame, asked: Set<string>): Promise<ReplyFrame> {
    try {
      const [shape, handler] = find(call.method);
      const refused = options.refuse?.(call.method) ?? null;
      if (refused !== null) throw refused;
      const input = shape.input.safeParse(withoutNul(call.input));
      if (!input.success) return refuse(call.id, badInput(input.error.issues));
      for (const topic of shape.topics(input.data)) asked.add(topic);
      const output: unknown = await handler(input.data);
      if (!fits(output))
        return refuse(call.id, { why: 'too-large', detail: 'the answer is larger than a frame may be' });
      return { t: 'reply', id: call.id, ok: true, output };
    } catch (error) {
      return refuse(call.id, refusalOf(error, call.method));
    }
  }

  function find(method: string): [AnyShape, (input: unknown) => unknown] {
    const [group = '', name = '', ...rest] = method.split('.');
    const shapes = Object.hasOwn(contract, group) ? contract[group] : undefined;
    const shape = shapes && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    const handler = handlers[group]?.[name] as ((input: unknown) => unknown) | undefined;
    if (rest.length > 0 || !shape || !handler) throw new Refused('unknown-method', 'this core does not know that call');
    return [shape, handler];
  }

  function refusalOf(error: unknown, method: string): Refusal {
    if (error instanceof Refused) return error.refusal;
    const code = sqliteCode(error);
    if (isDiskFull(error)) return { why: 'storage-full', detail: 'the disk is full: free some space, then try again' };
    options.log(`${method} failed: ${code ?? (error instanceof Error ? error.name : 'unknown error')}`);
    options.onFailure(error);
    return {
      why: 'failed',
      detail: code === null ? 'the core could not carry this out' : `the local file answered ${code}`,
    };
  }
}

/** A frame that is a call, or undefined after it was refused or, when it has no number to answer to, dropped. */
function readCall(frame: unknown, port: FramePort): CallFrame | undefined {
  const call = callFrameSchema.safeParse(frame);
  if (call.success) return call.data;
  const id: unknown = typeof frame === 'object' && frame !== null ? Reflect.get(frame, 'id') : undefined;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) {
    port.send(refuse(id, { why: 'bad-input', detail: 'this is not a call: a frame has t, id, method and input' }));
  }
  return undefined;
}

function refuse(id: number, refusal: Refusal): ReplyFrame {
  return { t: 'reply', id, ok: false, refusal };
}

/** Names the first field at fault and the rule that it breaks; never repeats the value. */
function badInput(issues: readonly { path: PropertyKey[]; code?: string; message: string }[]): Refusal {
  const [first] = issues;
  const field = first?.path.map(String).join('.') ?? '';
  const detail = first ? first.message : 'the input does not fit the call';
  return field === '' ? { why: 'bad-input', detail } : { why: 'bad-input', detail, field };
}

/** Whether an answer is small enough to travel as one frame. Counts until it is sure, so a small answer costs little. */
function fits(output: unknown): boolean {
  return charactersLeft(output, MAX_FRAME_CHARACTERS) > 0;
}

/** What is left of `limit` after a value; stops below zero. Every answer passes here, so nothing is copied on the way. */
function charactersLeft(value: unknown, limit: number): number {
  if (typeof value === 'string') return limit - value.length - 2;
  if (typeof value !== 'object' || value === null) return limit - 6;
  let left = limit;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left > 0; at++) left = charactersLeft(value[at], left);
    return left;
  }
  for (const key in value) {
    if (left <= 0) return left;
    left = charactersLeft((value as Record<string, unknown>)[key], left - key.length - 4);
  }
  return left;
}
