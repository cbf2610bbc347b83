/** What a window may send and what it never gets. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Frame, FramePort } from '../../shared/console-frames.ts';
import { command, live, query } from '../../shared/contract.ts';
import { Refused } from './refused.ts';
import { serveConsoleApi } from './serve-console-api.ts';

const contract = {
  desk: {
    read: query({
      input: z.strictObject({ id: z.number() }),
      output: z.object({ text: z.string() }),
      topics: ({ id }) => [`row:${id}`, 'desk'],
    }),
    write: command({ input: z.strictObject({ text: z.string().max(5) }), output: z.object({}) }),
    ring: live({ input: z.strictObject({}), output: z.object({}) }),
  },
};

function serve(more: Partial<{ read(): { text: string }; ring(): Promise<object> }> = {}) {
  const lines: string[] = [];
  const failures: unknown[] = [];
  const service = serveConsoleApi(
    contract,
    { desk: { read: more.read ?? (() => ({ text: 'ok' })), write: () => ({}), ring: more.ring ?? (async () => ({})) } },
    { log: (line) => lines.push(line), onFailure: (error) => failures.push(error) },
  );
  const open = () => {
    const out: Frame[] = [];
    let hear: (frame: Frame) => void = () => undefined;
    const port: FramePort = {
      send: (frame) => out.push(frame),
      onFrame: (listener) => ((hear = listener), () => (hear = () => undefined)),
    };
    const close = service.attach(port);
    return {
      out,
      close,
      send: async (frame: unknown) => (
        hear(frame as Frame), await new Promise((resolve) => void setImmediate(resolve))
      ),
    };
  };
  return { service, open, lines, failures };
}
const call = (method: unknown, input: unknown, id: unknown = 1) => ({ t: 'call', id, method, input });
const why = (frame: Frame | undefined) => (frame?.t === 'reply' && !frame.ok ? frame.refusal.why : frame);

test('NUL in a pasted text is left out before anything is done with it', async () => {
  const { send, out } = serve().open();
  await send(call('desk.write', { text: '\u0000abc\u0000de' }));
  expect(out).toEqual([{ t: 'reply', id: 1, ok: true, output: {} }]);
});

test('a call is answered under its number', async () => {
  const { send, out } = serve().open();
  await send(call('desk.read', { id: 3 }, 77));
  expect(out).toEqual([{ t: 'reply', id: 77, ok: true, output: { text: 'ok' } }]);
});

test.each([
  'desk.nothing',
  'desk',
  'nothing.read',
  '',
  'desk.read.more',
  'constructor.name',
  '__proto__.toString',
  'desk.constructor',
  'desk.__proto__',
  'toString.call',
])('a method that is not in the contract is refused: %s', async (method) => {
  const { send, out } = serve().open();
  await send(call(method, {}));
  expect(why(out[0])).toBe('unknown-method');
});

test('input that does not fit is refused with the field at fault and without its value', async () => {
  const { send, out } = serve().open();
  await send(call('desk.write', { text: '長すぎる秘密の文' }));
  await send(call('desk.read', { id: 'x' }));
  await send(call('desk.read', { id: 1, extra: true }));
  await send(call('desk.read', null));
  expect(out.map(why)).toEqual(['bad-input', 'bad-input', 'bad-input', 'bad-input']);
  expect(out.map((frame) => (frame.t === 'reply' && !frame.ok ? frame.refusal.field : ''))).toEqual([
    'text',
    'id',
    undefined,
    undefined,
  ]);
  expect(JSON.stringify(out)).not.toContain('秘密');
});

test.each([
  null,
  7,
  'call',
  [],
  {},
  { t: 'stale', topics: [] },
  { t: 'call' },
  call('desk.read', {}, 'x'),
  call('desk.read', {}, -1),
  call('desk.read', {}, 1e99),
])('a frame without a number to answer to is dropped: %j', async (frame) => {
  const { send, out } = serve().open();
  await send(frame);
  expect(out).toEqual([]);
});

test('a malformed frame with a number is refused, and the window goes on being served', async () => {
  const { send, out } = serve().open();
  await send({ t: 'call', id: 4, method: 7, input: {} });
  await send({ t: 'reply', id: 5, ok: true, output: {} });
  await send({ ...call('desk.read', { id: 1 }, 6), more: 1 });
  await send(call('x'.repeat(200), {}, 7));
  await send(call('desk.read', { id: 1 }, 8));
  expect(out.map((frame) => (frame.t === 'reply' ? [frame.id, frame.ok] : frame))).toEqual([
    [4, false],
    [5, false],
    [6, false],
    [7, false],
    [8, true],
  ]);
});

test('a handler that throws with a name is refused by it; without one, only its kind reaches log and window', async () => {
  const { open, lines, failures } = serve({
    read: () => {
      throw new Refused('not-found', 'gone', 'id');
    },
    ring: () => Promise.reject(new TypeError('text of a customer')),
  });
  const { send, out } = open();
  await send(call('desk.read', { id: 1 }));
  await send(call('desk.ring', {}));
  expect(out.map(why)).toEqual(['not-found', 'failed']);
  expect(lines).toEqual(['desk.ring failed: TypeError']);
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(out)).not.toContain('customer');
});

test('an answer larger than a frame is refused instead of being sent', async () => {
  const { send, out } = serve({ read: () => ({ text: 'x'.repeat(41_000_000) }) }).open();
  await send(call('desk.read', { id: 1 }));
  expect(why(out[0])).toBe('too-large');
});

test('a window hears only of topics that it has asked about, and of everything', async () => {
  const { service, open } = serve();
  const asking = open();
  const silent = open();
  await asking.send(call('desk.read', { id: 3 }));
  service.announce(['row:3', 'row:4', 'other']);
  service.announce(['row:4']);
  service.announce(['*']);
  expect(asking.out.slice(1)).toEqual([
    { t: 'stale', topics: ['row:3'] },
    { t: 'stale', topics: ['*'] },
  ]);
  expect(silent.out).toEqual([{ t: 'stale', topics: ['*'] }]);
  asking.close();
  service.announce(['*']);
  expect(asking.out).toHaveLength(3);
});
