/** What fails in a world of real code: processes, power, disks, files, clocks, lines, and the server with its copies. */
import type { Chooser, Doing } from './choose.ts';
import { running } from './choose.ts';
import * as disk from './disk.ts';
import type { Device } from './mortal-core.ts';
import { fillDisk } from './mortal-files.ts';
import { type RealWorld, settle, stepRealWorld } from './real-world.ts';

const MAX_DEVICES = 5;
const DAY_MS = 24 * 3_600_000;
/** Statements among which a process may die: a page of four rows takes about forty. */
const SOON = { statements: 60, commits: 8 };

/** What stood on the screen of a device may be missing until it is level: its files are not what they were. */
function shake(world: RealWorld, device: Device): void {
  world.shaken.add(device);
  world.memory.forget(device);
  world.maker.kill(device);
}

function cut(world: RealWorld, device: Device, choose: Chooser): void {
  world.sockets.cut(world.maker.lineOf(device), { isSilent: choose.chance(0.2), isHalfOpen: choose.chance(0.5) });
}

/** Damages a file of a device that does not run, and starts it again. */
function damage(world: RealWorld, choose: Chooser, file: disk.AgentFile): void {
  const device = choose.of(world.devices);
  if (!device) return;
  shake(world, device);
  disk.flipPage(device, file, choose.below(1_000) / 1_000);
  if (choose.chance(0.6)) world.maker.start(device);
}

export const machineActs = {
  versionsDrift(world, choose) {
    const device = choose.of(world.devices);
    if (!device) return;
    // Two behind is too old for the server, one ahead is too new for it.
    world.sockets.speakAs(device.name, choose.of([-2, -1, 1, 0]) ?? 0);
    cut(world, device, choose);
  },
  serverIsChanged(world) {
    world.isServerNewer = !world.isServerNewer;
    world.wasServerAlwaysNewer = false;
    world.restartServer();
  },
  async backupTaken(world) {
    world.copy = await world.server.takeCopy();
  },
  async backupRestored(world) {
    if (world.copy === null) return;
    world.wasRestored = true;
    world.memory.forgetServer();
    world.rights.suspend();
    world.restartServer();
    await world.server.restore(world.copy);
    await settle(world);
    await world.rights.learn();
  },
  serverDies(world, choose) {
    if (choose.chance(0.3)) world.restartServer();
    else if (choose.chance(0.5))
      world.server.letDie({ at: 'statement', after: choose.below(SOON.statements), isStored: false });
    else world.server.letDie({ at: 'commit', after: choose.below(3), isStored: choose.chance(0.5) });
  },
  async serverDiskFills(world, choose) {
    world.server.fillDisk(true);
    for (let n = choose.below(12); n > 0; n--) await stepRealWorld(world);
    world.server.fillDisk(false);
  },
  lineBreaks(world, choose) {
    const device = choose.of(running(world));
    if (device) cut(world, device, choose);
  },
  lineIsSlow(world, choose) {
    const device = choose.of(world.devices);
    // The last is slower than the time in which an answer has to come.
    if (device) world.sockets.slowDown(device.name, choose.of([0, 0, 50, 400, 3_000, 40_000]) ?? 0);
  },
  goesOffline(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    device.isOnline = false;
    cut(world, device, choose);
  },
  comesOnline(world, choose) {
    const device = choose.of(world.devices);
    if (device) device.isOnline = true;
  },
  clockIsSet(world, choose) {
    const device = choose.of(world.devices);
    if (device) device.skewMs = choose.chance(0.3) ? 0 : choose.below(2 * DAY_MS) - DAY_MS;
  },
  coreDies(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    if (choose.chance(0.25)) world.maker.kill(device);
    else if (choose.chance(0.5))
      world.maker.letDie(device, { at: 'statement', after: choose.below(SOON.statements), isStored: false });
    else world.maker.letDie(device, { at: 'commit', after: choose.below(SOON.commits), isStored: choose.chance(0.5) });
  },
  diskFills(world, choose) {
    const device = choose.of(running(world));
    if (device) fillDisk(device.folder, choose.below(SOON.statements));
  },
  diskHasRoom(world, choose) {
    const device = choose.of(world.devices);
    if (device) fillDisk(device.folder, null);
  },
  cacheIsKept(world, choose) {
    const device = choose.of(running(world));
    if (device) disk.keepCache(device);
  },
  powerFails(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    shake(world, device);
    disk.throwCacheBack(device);
  },
  cacheIsLost(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    shake(world, device);
    disk.loseFile(device, 'cache');
  },
  cacheIsDamaged: (world, choose) => damage(world, choose, 'cache'),
  indexIsDamaged: (world, choose) => damage(world, choose, 'search'),
  outboxIsDamaged: (world, choose) => damage(world, choose, 'outbox'),
  consoleGoesBack(world, choose) {
    const device = choose.of(world.devices);
    if (!device) return;
    shake(world, device);
    for (const file of ['cache', 'outbox', 'search'] as const)
      if (choose.chance(0.6)) disk.setVersion(device, file, true);
    device.isBehindItsFiles = true;
    if (choose.chance(0.7)) world.maker.start(device);
  },
  consoleIsUpdated(world, choose) {
    const device = choose.of(world.devices);
    if (device) updateConsole(world, device, choose.chance(0.5));
  },
  diskIsCloned(world, choose) {
    const device = choose.of(world.devices);
    if (!device || world.devices.length >= MAX_DEVICES) return;
    world.hasTwins = true;
    const twin = world.maker.clone(device, `device${world.devices.length}`);
    world.devices.push(twin);
    world.shaken.add(twin);
    world.maker.start(twin);
  },
  coreStarts(world, choose) {
    const device = choose.of(world.devices.filter(({ api }) => api === null));
    if (device) world.maker.start(device);
  },
  noiseChanges(world, choose) {
    const level = () => (choose.chance(0.5) ? 0 : choose.below(25) / 100);
    Object.assign(world.sockets.noise, {
      drop: level(),
      double: level(),
      delay: choose.chance(0.5) ? 0 : choose.below(50) / 100,
    });
  },
  async timePasses(world, choose) {
    for (let n = choose.below(20); n >= 0; n--) await stepRealWorld(world);
  },
} satisfies Record<string, Doing>;

/** This version runs on the device again; one that knows more columns than the copy was read with, or not. */
export function updateConsole(world: RealWorld, device: Device, hasNewColumns: boolean): void {
  shake(world, device);
  for (const file of ['cache', 'outbox', 'search'] as const) disk.setVersion(device, file, false);
  device.isBehindItsFiles = false;
  if (hasNewColumns) disk.forgetColumns(device);
  world.maker.start(device);
}

/** Ends every fault that would not end by itself. */
export function makePeace(world: RealWorld): void {
  Object.assign(world.sockets.noise, { drop: 0, double: 0, delay: 0 });
  world.provider.isMoody = false;
  world.server.spare();
  for (const device of world.devices) {
    world.maker.spare(device);
    world.sockets.slowDown(device.name, 0);
    world.sockets.speakAs(device.name, 0);
    fillDisk(device.folder, null);
    // Nobody else is started anew: what only a restart would heal has to show.
    if (device.isBehindItsFiles) updateConsole(world, device, false);
  }
}
