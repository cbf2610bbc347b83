/**
 * The real server with hundreds of consoles, beside a bare socket.io server with as many sockets: CPU for each delivered
 * change, memory of an idle connection, and how long all of them need to come back after a restart.
 */
import type { BareSocketTasks } from './support/bare-sockets.ts';
import type { ConsoleCrowdTasks } from './support/console-crowd.ts';
import { median, type Options, result, type Result, written } from './support/measure.ts';
import type { ProductServerTasks } from './support/product-server.ts';
import { startTaskProcess, type TaskProcess } from './support/task-process.ts';

const PER_FRAME = 50;
const FRAMES = 20;
/** Changes that are sent one by one: each costs twenty times as much. */
const ONE_BY_ONE = 100;
/** Changes that all have missed when they come back. */
const MISSED = 100;

type Crowd = TaskProcess<ConsoleCrowdTasks>;
type Cpu = { run(name: 'cpu', input: undefined): Promise<number> };

const entry = (name: string) => new URL(`./support/${name}.ts`, import.meta.url);

/** CPU of a server while it does something and everybody has heard of it, in ms. */
async function during(server: Cpu, crowd: Crowd, heard: number, act: () => Promise<unknown>): Promise<number> {
  const before = await server.run('cpu', undefined);
  await Promise.all([act(), crowd.run('hear', { count: heard })]);
  return (await server.run('cpu', undefined)) - before;
}

type Product = { perDelivery: number; kilobytes: { heap: number; rss: number }; backMs: number };

async function product(count: number, rounds: number): Promise<Product> {
  const server = await startTaskProcess<ProductServerTasks>(entry('product-server'));
  const crowd = await startTaskProcess<ConsoleCrowdTasks>(entry('console-crowd'));
  const changes = FRAMES * PER_FRAME;
  const write = () => server.run('change', { count: changes, perFrame: PER_FRAME });
  const members = await server.run('admit', { count });
  // The same writing without anybody to hear it: storing a change is not what is measured here.
  await write();
  const alone: number[] = [];
  for (let round = 0; round < rounds; round++) alone.push(await during(server, crowd, 0, write));
  const empty = await server.run('memory', undefined);
  await crowd.run('gather', { url: await server.run('url', undefined), count, members });
  const full = await server.run('memory', undefined);
  const heard: number[] = [];
  for (let round = 0; round < rounds; round++) heard.push(await during(server, crowd, changes * count, write));
  await crowd.run('leave', undefined);
  await server.run('change', { count: MISSED, perFrame: PER_FRAME });
  await server.run('restart', undefined);
  const backMs = await crowd.run('comeBack', { url: await server.run('url', undefined) });
  await crowd.stop();
  await server.stop();
  const kilobytes = (of: 'heap' | 'rss') => (full[of] - empty[of]) / count / 1_024;
  return {
    perDelivery: ((median(heard) - median(alone)) * 1_000) / (changes * count),
    kilobytes: { heap: kilobytes('heap'), rss: kilobytes('rss') },
    backMs,
  };
}

type Bare = { oneByOne: number; framed: number; kilobytes: { heap: number; rss: number }; backMs: number };

async function bare(count: number, rounds: number): Promise<Bare> {
  const server = await startTaskProcess<BareSocketTasks>(entry('bare-sockets'));
  const crowd = await startTaskProcess<ConsoleCrowdTasks>(entry('console-crowd'));
  const empty = await server.run('memory', undefined);
  const url = await server.run('url', undefined);
  await crowd.run('gather', { url, count, members: null });
  const full = await server.run('memory', undefined);
  const perDelivery = async (changes: number, perFrame: number): Promise<number> => {
    const act = () => server.run('send', { count: changes, perFrame });
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) took.push(await during(server, crowd, changes * count, act));
    return (median(took) * 1_000) / (changes * count);
  };
  await perDelivery(ONE_BY_ONE, 1);
  const oneByOne = await perDelivery(ONE_BY_ONE, 1);
  const framed = await perDelivery(FRAMES * PER_FRAME, PER_FRAME);
  await crowd.run('leave', undefined);
  await server.run('restart', undefined);
  const backMs = await crowd.run('comeBack', { url });
  await crowd.stop();
  await server.stop();
  const kilobytes = (of: 'heap' | 'rss') => (full[of] - empty[of]) / count / 1_024;
  return { oneByOne, framed, kilobytes: { heap: kilobytes('heap'), rss: kilobytes('rss') }, backMs };
}

/** Measures; three minutes. */
export async function measure({ rounds }: Options): Promise<Result[]> {
  const results: Result[] = [];
  for (const count of [200, 1_000]) {
    const theirs = await bare(count, rounds);
    const ours = await product(count, rounds);
    const of = `${written(count)} consoles`;
    results.push(
      result(`server CPU for each delivered change, ${of}`, 'µs', ours.perDelivery),
      result(`bare socket.io, one emit for each change, ${of}`, 'µs', theirs.oneByOne),
      result(`bare socket.io, frames of ${PER_FRAME}, ${of}`, 'µs', theirs.framed),
      result(`10: delivered change against one emit for each, ${of}`, 'x', ours.perDelivery / theirs.oneByOne, {
        gate: 1 / 8,
        target: 1 / 8,
        better: 'lower',
      }),
      result(`10: delivered change against bare frames, ${of}`, 'x', ours.perDelivery / theirs.framed),
      result(`memory of an idle connection, heap, ${of}`, 'KB', ours.kilobytes.heap),
      result(`11: that against a bare socket, ${of}`, 'x', ours.kilobytes.heap / theirs.kilobytes.heap, {
        gate: 2,
        target: 1.5,
        better: 'lower',
      }),
      result(`memory of an idle connection, RSS, ${of}`, 'KB', ours.kilobytes.rss),
      result(`RSS of a bare socket, ${of}`, 'KB', theirs.kilobytes.rss),
      result(`${of} back after a restart, ${MISSED} changes behind, wall`, 's', ours.backMs / 1_000),
      result(`as many bare connects, wall`, 's', theirs.backMs / 1_000),
      result(`16: ${of} back against bare connects`, 'x', ours.backMs / theirs.backMs, {
        gate: 3,
        target: 2,
        better: 'lower',
      }),
    );
  }
  return results;
}
