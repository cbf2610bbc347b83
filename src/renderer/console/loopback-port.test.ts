import { expect, test } from 'vitest';
import { EVERYTHING, type Frame } from '../../shared/console-frames.ts';
import { carryFrames } from './loopback-port.ts';

function makeLine() {
  const hearing = new Map<string, ((frame: never) => void)[]>();
  const sent: Frame[] = [];
  const socket = {
    connected: false,
    on(event: string, listener: (frame: never) => void) {
      hearing.set(event, [...(hearing.get(event) ?? []), listener]);
    },
    emit(_event: string, frame: Frame) {
      sent.push(frame);
    },
  };
  const happen = (event: string, frame?: Frame): void => {
    if (event !== 'frame') socket.connected = event === 'connect';
    for (const listener of hearing.get(event) ?? []) listener(frame as never);
  };
  const port = carryFrames(socket);
  const heard: Frame[] = [];
  const stop = port.onFrame((frame) => heard.push(frame));
  return { port, happen, sent, heard, stop };
}
const call = (id: number): Frame => ({ t: 'call', id, method: 'inbox.rows', input: {} });

test('calls made before the first connection are sent once it stands, in order', () => {
  const line = makeLine();
  line.port.send(call(1));
  line.port.send(call(2));
  expect(line.sent).toEqual([]);
  line.happen('connect');
  expect(line.sent).toEqual([call(1), call(2)]);
  expect(line.heard).toEqual([]);
});

test('calls that waited for a first connection which broke are refused and never sent', () => {
  const line = makeLine();
  line.port.send(call(1));
  line.happen('disconnect');
  expect(line.heard).toEqual([{ t: 'stale', topics: [EVERYTHING] }]);
  line.happen('connect');
  expect(line.sent).toEqual([]);
});

test('when the line breaks and when it is back, everything is called stale', () => {
  const line = makeLine();
  line.happen('connect');
  line.happen('disconnect');
  line.happen('connect');
  const stale: Frame = { t: 'stale', topics: [EVERYTHING] };
  expect(line.heard).toEqual([stale, stale]);
});

test('a call made while the line is cut is refused and never sent later', async () => {
  const line = makeLine();
  line.happen('connect');
  line.happen('disconnect');
  line.port.send(call(7));
  await Promise.resolve();
  expect(line.heard.at(-1)).toMatchObject({ t: 'reply', id: 7, ok: false, refusal: { why: 'failed' } });
  line.happen('connect');
  expect(line.sent).toEqual([]);
});

test('a listener that was taken off hears nothing more', () => {
  const line = makeLine();
  line.happen('connect');
  line.stop();
  line.happen('frame', { t: 'stale', topics: ['inbox'] });
  expect(line.heard).toEqual([]);
});
