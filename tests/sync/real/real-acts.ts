/** What happens in a run: acts drawn from its seed by how often each comes, each with a seed of its own. */
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import { chooser } from './choose.ts';
import { deskActs } from './desk-acts.ts';
import { machineActs } from './machine-acts.ts';
import { peopleActs } from './people-acts.ts';
import { type RealWorld, stepRealWorld } from './real-world.ts';

const acts = { ...peopleActs, ...deskActs, ...machineActs };

export type RealActName = keyof typeof acts;
export type RealAct = { readonly name: RealActName; readonly seed: number };

/** How often each act is drawn; the weather of a run makes some of them more frequent. */
const weights: Record<RealActName, number> = {
  customerWrites: 14,
  leadMoves: 6,
  leadAssigns: 4,
  messageIsMarked: 3,
  queueGiven: 3,
  queueTaken: 3,
  queueFlickers: 2,
  customerIsPinned: 2,
  goneIsForgotten: 1.5,
  providerReports: 3,
  providersChangeMood: 1,
  agentOrders: 14,
  agentDecides: 4,
  agentTypes: 5,
  draftIsThrownAway: 0.5,
  agentSettlesDrafts: 1,
  leadTakesOver: 1,
  fileIsAttached: 2,
  fileIsTakenOut: 0.3,
  agentEdits: 5,
  agentEditsStoppedReply: 1,
  historyIsRead: 1,
  capIsSet: 1,
  versionsDrift: 1,
  serverIsChanged: 0.3,
  backupTaken: 1,
  backupRestored: 0.5,
  serverDies: 3,
  serverDiskFills: 1,
  lineBreaks: 4,
  lineIsSlow: 2,
  goesOffline: 4,
  comesOnline: 7,
  clockIsSet: 1.5,
  coreDies: 5,
  diskFills: 1.5,
  diskHasRoom: 3,
  cacheIsKept: 2,
  powerFails: 1,
  cacheIsLost: 0.5,
  cacheIsDamaged: 0.4,
  indexIsDamaged: 0.4,
  outboxIsDamaged: 0.15,
  consoleGoesBack: 0.3,
  consoleIsUpdated: 0.5,
  diskIsCloned: 0.4,
  coreStarts: 8,
  noiseChanges: 4,
  timePasses: 34,
};
/** What makes some acts more frequent than usual. A seed's weather is what is left of it after dividing by their number. */
const weathers = {
  fair: {},
  moves: {
    leadMoves: 16,
    leadAssigns: 10,
    queueFlickers: 10,
    queueGiven: 6,
    queueTaken: 6,
    noiseChanges: 10,
    cacheIsLost: 3,
  },
  deaths: { diskIsCloned: 3, coreDies: 12, coreStarts: 14, agentOrders: 24, goesOffline: 8, clockIsSet: 4 },
  restores: {
    backupTaken: 5,
    backupRestored: 4,
    serverDies: 8,
    agentOrders: 24,
    serverDiskFills: 4,
    providerReports: 8,
  },
  fullDisks: { diskFills: 10, diskHasRoom: 14, coreDies: 8, agentOrders: 20, lineIsSlow: 6 },
  damage: {
    cacheIsDamaged: 4,
    indexIsDamaged: 4,
    outboxIsDamaged: 1,
    consoleGoesBack: 3,
    consoleIsUpdated: 4,
    coreStarts: 14,
  },
  drafts: { agentTypes: 16, agentSettlesDrafts: 8, leadTakesOver: 8, diskIsCloned: 1.5, coreDies: 9, coreStarts: 12 },
  files: { fileIsAttached: 16, agentOrders: 24, coreDies: 8, serverDies: 6, lineBreaks: 8 },
  edits: { agentEdits: 24, agentDecides: 12, goesOffline: 8, comesOnline: 8, leadMoves: 10 },
  history: { capIsSet: 8, historyIsRead: 8, leadMoves: 10, queueFlickers: 6, coreDies: 8, customerIsPinned: 6 },
  versions: { versionsDrift: 10, serverIsChanged: 4, consoleGoesBack: 3, consoleIsUpdated: 5, agentOrders: 20 },
} satisfies Record<string, Partial<Record<RealActName, number>>>;

export type Weather = keyof typeof weathers;
const allWeathers = Object.keys(weathers) as Weather[];

/** Seeds of one weather: the first at or above `from`, and how far it is from one to the next. */
export function seedsOf(weather: Weather, from: number): { first: number; step: number } {
  const step = allWeathers.length;
  const at = allWeathers.indexOf(weather);
  return { first: from + ((at - (from % step) + step) % step), step };
}

/** The acts of a run, drawn from its seed. */
export function planRealActs(seed: number, count: number): RealAct[] {
  const random = seededRandom(seed);
  const names = Object.keys(weights) as RealActName[];
  const weather = { ...weights, ...weathers[allWeathers[seed % allWeathers.length] ?? 'fair'] };
  const total = names.reduce((sum, name) => sum + weather[name], 0);
  return Array.from({ length: count }, () => {
    let at = random.next() * total;
    const name = names.find((candidate) => (at -= weather[candidate]) < 0) ?? 'timePasses';
    return { name, seed: Math.floor(random.next() * 2 ** 32) };
  });
}

/** Lets one act happen, with a few small things after it. */
export async function performReal(world: RealWorld, act: RealAct): Promise<void> {
  const choose = chooser(act.seed);
  await acts[act.name](world, choose);
  for (let n = choose.below(6); n > 0; n--) await stepRealWorld(world);
}
