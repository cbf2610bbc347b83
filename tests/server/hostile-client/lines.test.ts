/** Lines that flood, break or pretend: each ended by name, logged and counted, and nobody else disturbed. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { agent } from '../../../src/server/db/schema.ts';
import type { CommandBody } from '../../../src/shared/domain/command.ts';
import { mineScope } from '../../../src/shared/domain/scope.ts';
import { eventually } from '../../support/eventually.ts';
import { openRawConsole } from '../../support/raw-websocket.ts';
import { openSocket, type TestConsole } from '../../support/test-console.ts';
import { SECRET, withWatchedConsoles } from './with-watched-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('a hostile line (%s)', (engine) => {
  const { server, enter, entered, again, change, talk, logged, figure, faults, wasLogged, isServed } =
    withWatchedConsoles(engine);

  test('an order of 10 MB ends its own line by name; what fits the line and not the contract is refused', async () => {
    const { conversationId } = await talk();
    const { console } = await entered('suzuki');
    const other = await entered('ito');
    const long = (text: string): CommandBody => ({
      kind: 'note.add',
      messageId: randomUUID() as never,
      conversationId,
      text,
    });
    expect(await console.submit(1, long(SECRET.repeat(20_000)))).toMatchObject({ ok: false, why: 'bad-input' });
    console.socket.emit(
      'submit',
      { mid: 1, command: { id: randomUUID(), composedAt: 0, body: long(SECRET.repeat(350_000)) } },
      () => undefined,
    );
    await eventually(() => console.socket.disconnected);
    await eventually(async () => (await faults('line', 'too-large')) === 1);
    await isServed(other.console);
  });

  test('a flood of questions gets its share and no more: others are served meanwhile, the flooder is shown out and the door stays closed for a while', async () => {
    const { console } = await entered('suzuki');
    const other = await entered('ito');
    const scope = mineScope(server().centre.agents.suzuki.id);
    for (let i = 0; i < 5_000; i++)
      console.socket.emit(
        i % 2 === 0 ? 'pull' : 'walk',
        i % 2 === 0 ? { scope, after: 0 } : { scope, ceiling: null, below: null },
        () => undefined,
      );
    for (let i = 0; i < 20; i++) await isServed(other.console);
    await eventually(() => console.heard.goodbyes.includes('flooding') && console.socket.disconnected);
    expect(wasLogged('sync.shown-out', console.clientId)).toBe(true);
    await expect(again(console)).rejects.toThrow('flooding');
    server().source.pass(31_000);
    const back = await again(console);
    expect(await back.hello()).toMatchObject({ ok: true });
  });

  test('thousands of acknowledges, signals, pins and unknown events end like every flood', async () => {
    const other = await entered('ito');
    const floods: ((console: TestConsole) => void)[] = [
      ({ socket }) => void socket.emit('acknowledge', { cursors: { [SECRET]: 1 } }),
      ({ socket }) =>
        void socket.emit('acknowledge', {
          cursors: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${n}`, n])),
        }),
      ({ socket }) => void socket.emit('signal', { conversationId: randomUUID(), what: 'typing', on: true }),
      ({ socket }) => void socket.emit(SECRET, SECRET),
      ({ socket }) => void socket.emit('ask', { method: 'pinCustomer', customerId: randomUUID() }, () => undefined),
      ({ socket }) => void socket.emit('pull', { scope: SECRET }),
    ];
    for (const flood of floods) {
      const { console } = await entered('sato');
      for (let i = 0; i < 2_600; i++) flood(console);
      await isServed(other.console);
      await eventually(() => console.heard.goodbyes.includes('flooding') && console.socket.disconnected);
      server().source.pass(5 * 60_000);
    }
    expect(await faults('unknown', 'unknown-event')).toBeGreaterThan(200);
  });

  test('frames that are no text, no packet or no websocket end their own line; what waits for more bytes holds nothing up', async () => {
    const { console, welcome } = await entered('ito');
    expect(welcome.ok).toBe(true);
    const broken: [string, (raw: Awaited<ReturnType<typeof openRawConsole>>) => void][] = [
      [
        'text that is not UTF-8',
        (raw) => raw.send(Buffer.concat([Buffer.from('42/console,["pull","'), Buffer.from([0xff, 0xfe, 0x83])])),
      ],
      ['no packet', (raw) => raw.send(SECRET)],
      ['a packet of no type', (raw) => raw.send('49/console,["pull"]')],
      ['half of JSON', (raw) => raw.send(`42/console,1["pull",{"scope":"${SECRET}`)],
      ['a payload that is no list', (raw) => raw.send('42/console,{"0":"pull"}')],
      ['a reserved name', (raw) => raw.send('42/console,["disconnect"]')],
      ['reserved bits', (raw) => raw.write(new Uint8Array([0xff, 0x80, 0, 0, 0, 0]))],
      ['a frame without a mask', (raw) => raw.write(new Uint8Array([0x81, 0x01, 0x32]))],
      ['a binary answer that nobody asked for', (raw) => raw.send(new Uint8Array([1, 2, 3]), 2)],
    ];
    for (const [what, send] of broken) {
      const raw = await openRawConsole(server().url, console.signedIn.accessToken);
      send(raw);
      await eventually(() => raw.isClosed(), { what: `the end of a line with ${what}` });
    }
    const patient = [
      '451-/console,1["pull",{"_placeholder":true,"num":0}]',
      '42/console,999["constructor",{}]',
      '43/console,7[]',
    ];
    for (const text of patient) {
      const raw = await openRawConsole(server().url, console.signedIn.accessToken);
      raw.send(text);
      await isServed(console);
      raw.close();
    }
    await eventually(async () => (await faults('line', 'malformed')) > 0);
  });

  test('a token of a disabled agent, one that was renewed, and an old protocol open nothing', async () => {
    const console = await enter('suzuki');
    for (const protocol of [0, -1, 999]) expect(await console.hello({ protocol })).toMatchObject({ ok: false });
    expect(await faults('hello', 'protocol-too-old')).toBe(2);
    const { clientId, signedIn } = console;
    const renew = async () =>
      (
        await fetch(`${server().url}/api/session/refresh`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ clientId, refreshToken: signedIn.refreshToken }),
        })
      ).status;
    expect(await renew()).toBe(200);
    await expect(openSocket(server().url, { token: signedIn.accessToken })).rejects.toThrow('signed-out');
    await expect(openSocket(server().url, { token: signedIn.refreshToken })).rejects.toThrow('signed-out');

    const { id } = server().centre.agents.suzuki;
    const disabled = await enter('suzuki');
    await change((w) => w.tx.update(agent).set({ state: 'disabled' }).where(eq(agent.id, id)));
    expect(await disabled.hello()).toMatchObject({ ok: false, why: 'signed-out' });
    await expect(again(disabled)).rejects.toThrow('signed-out');
    await change((w) => w.tx.update(agent).set({ state: 'active' }).where(eq(agent.id, id)));
    expect(await figure('kanade_sync_requests_total{event="handshake",outcome="signed-out"}')).toBeGreaterThanOrEqual(
      3,
    );
    expect(
      logged.filter((line) => line.includes(signedIn.accessToken) || line.includes(signedIn.refreshToken)),
    ).toEqual([]);
  });

  test('one session cannot fill the server with client ids', async () => {
    const console = await enter('suzuki');
    const answers = [];
    for (let i = 0; i < 25; i++) answers.push(await console.hello({ clientId: randomUUID() }));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(20);
    expect(answers.at(-1)).toMatchObject({ ok: false, why: 'busy', retryAfterMs: 10_000 });
    expect(await console.hello()).toMatchObject({ ok: true });
  });
});
