/** One world of real cores and a real server: what is in it, and how it is moved on by one small thing at a time. */
import type { Random } from '../../../src/shared/domain/clock.ts';
import type { ServerDatabase } from '../../../src/server/db/server-database.ts';
import { type Centre, customerWrites, everythingEnds, foundCentre } from './centre.ts';
import { createMemory, type Memory } from './step-checks.ts';
import { createProvider, type FakeProvider } from './fake-provider.ts';
import { type Device, type DeviceMaker, makeDevices, NARROW } from './mortal-core.ts';
import { fillDisk } from './mortal-files.ts';
import { type MortalServer, type ServerCopy, startServer } from './mortal-server.ts';
import { asNewerServerSays } from './newer-server.ts';
import { emptyDatabase } from './one-database.ts';
import { createRightsLedger, type RightsLedger } from './rights-ledger.ts';
import { createSimTime, type SimTime } from './sim-time.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createFileMemory, type FileMemory } from './upload-door.ts';

/** A text that an agent wrote, and what became of it as the agent knows. */
export type Written = {
  readonly device: string;
  readonly position: number;
  readonly conversationId: string;
  readonly messageId: string;
  readonly text: string;
  commandId: string;
  wasTakenBack: boolean;
  /** Stopped and ordered again by a person. */
  wasSentAnyway: boolean;
  /** How many files went with it. */
  readonly files: number;
};

/** Words that a device has taken into a draft, named so that they can be found again wherever they have gone. */
export type Typed = { readonly device: string; readonly words: string };

export type RealWorld = {
  readonly random: Random;
  readonly time: SimTime;
  readonly sockets: Sockets;
  readonly server: MortalServer;
  readonly centre: Centre;
  readonly maker: DeviceMaker;
  readonly provider: FakeProvider;
  readonly rights: RightsLedger;
  /** What the checks have seen before. */
  readonly memory: Memory;
  readonly files: FileMemory;
  /** The server speaks as one version ahead would; and whether it has done so all the time. */
  isServerNewer: boolean;
  wasServerAlwaysNewer: boolean;
  readonly devices: Device[];
  readonly written: Written[];
  readonly typed: Typed[];
  /** Devices whose cache was thrown back or lost: what was on the screen may be missing until they are level. */
  readonly shaken: Set<Device>;
  copy: ServerCopy | null;
  /** From here on some of the history may be lost, or twins may have decided differently. */
  wasRestored: boolean;
  hasTwins: boolean;
  nextNumber: number;
  restartServer(): void;
  end(): void;
};

/** 23 November 2026, ten in the morning in Tokyo. */
const BEGIN = Date.UTC(2026, 10, 23, 1, 0);

/** Messages that customers wrote before the devices begin: more than two pages to walk through from the start. */
const WRITTEN_BEFORE = 9;
/** Messages in two conversations that ended so long ago that a device need not keep them. */
const WRITTEN_LONG_AGO = 10;
const LONG_AGO_MS = 120 * 24 * 3_600_000;

/** How long a server may take to notice a dead line: socket.io's ping interval and timeout together. */
const NOTICED_WITHIN_MS = 45_000;

/** A new world in an emptied database; devices keep their files below `root`. */
export async function createRealWorld(
  database: ServerDatabase,
  root: string,
  random: Random,
  trace: (line: string) => void,
): Promise<RealWorld> {
  await emptyDatabase(database);
  const time = createSimTime(BEGIN - LONG_AGO_MS);
  const rights = createRightsLedger();
  const isServerNewer = random.next() < 0.25;
  const sockets = createSockets(time, random, {
    trace,
    said: rights.judge,
    translate: (payload) => (world.isServerNewer ? asNewerServerSays(payload) : payload),
  });
  const provider = createProvider(time, random);
  const endTimers = time.takeOver(() => 'server');
  const files = createFileMemory();
  const server = startServer(database, { time, sockets, random, provider, files }, () => bury());
  const maker = makeDevices(root, { time, sockets, random, trace, upload: server.upload });
  const centre = await foundCentre(database, server);
  for (let n = 0; n < WRITTEN_LONG_AGO; n++)
    await customerWrites(server, 2 + (n % 2), n % 2, `customer, number ${n}, long ago`);
  await everythingEnds(server);
  time.advance(LONG_AGO_MS);
  for (let n = 0; n < WRITTEN_BEFORE; n++) await customerWrites(server, n % 4, n % 2, `customer, number ${n}, before`);
  provider.keyless.add(centre.keylessAccount);
  rights.watch(server);
  await rights.learn();
  const devices = centre.agents.map((agentId, index) => maker.make(`device${index}`, agentId));
  for (const device of devices) if (random.next() < 0.3) device.capBytes = NARROW;

  /** A server that died leaves no line and no timer; the next one comes up a moment later. */
  function bury(): void {
    time.forget('server');
    sockets.endAll(() => random.next() < 0.7);
    time.scheduleOf('next server').after(300, () => server.restart());
  }

  const world: RealWorld = {
    random,
    time,
    sockets,
    server,
    centre,
    maker,
    provider,
    rights,
    memory: createMemory(),
    files,
    isServerNewer,
    wasServerAlwaysNewer: isServerNewer,
    devices,
    written: [],
    typed: [],
    shaken: new Set(),
    copy: null,
    wasRestored: false,
    hasTwins: false,
    nextNumber: 1,
    restartServer() {
      time.forget('server');
      time.forget('next server');
      sockets.endAll(() => random.next() < 0.7);
      server.restart();
    },
    end() {
      for (const device of devices) {
        maker.kill(device);
        fillDisk(device.folder, null);
      }
      maker.close();
      server.stop();
      time.forget('server');
      endTimers();
    },
  };
  for (const device of devices) maker.start(device);
  return world;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Waits, in real time, until neither the server nor a core has anything under way. */
export async function settle(world: RealWorld): Promise<void> {
  for (let quiet = 0, turns = 0; quiet < 4; turns++) {
    await turn();
    quiet = world.server.working() === 0 && world.sockets.openQuestions() === 0 ? quiet + 1 : 0;
    if (turns > 200_000) throw new Error('the server took a question and does not answer it');
  }
}

/** One small thing happens: something arrives, or time passes. */
export async function stepRealWorld(world: RealWorld): Promise<void> {
  const { sockets, time, random } = world;
  const busy = sockets.busy();
  const line = busy[Math.floor(random.next() * busy.length)];
  if (line === undefined) {
    const until = Math.min(time.clock.now() + 20 + random.next() * 1_500, sockets.nextArrival() ?? Infinity);
    if (!time.runNext(until)) time.advance(Math.max(0, until - time.clock.now()));
  } else {
    time.advance(1 + random.next() * 8);
    sockets.deliver(line);
    while (time.runNext(time.clock.now()));
  }
  for (const half of sockets.halfOpen()) if (random.next() < 1 / 40) sockets.notice(half);
  await settle(world);
}

/** Everything that is half open is noticed in the end. */
export function noticeAll(world: RealWorld): void {
  for (const half of world.sockets.halfOpen()) world.sockets.notice(half);
  world.time.advance(NOTICED_WITHIN_MS / 100);
}
