/** Draws the acts of a run from its seed. Knows only their names. */
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import type { Act, ActName } from './acts.ts';

/** How often each act is drawn. What makes work is frequent, what destroys is rare. */
const weights: Record<ActName, number> = {
  customerWrites: 12,
  messageChanges: 4,
  conversationBegins: 6,
  customerChanges: 3,
  leadMoves: 6,
  leadAssigns: 5,
  retentionRemoves: 1,
  rightGiven: 4,
  rightTaken: 4,
  rightFlickers: 1,
  goneForgotten: 2,
  backupTaken: 1,
  backupRestored: 0.5,
  serverDies: 2,
  agentOrders: 16,
  agentTakesBack: 3,
  agentDecides: 4,
  lineBreaks: 4,
  goesOffline: 4,
  comesOnline: 7,
  coreDies: 5,
  powerFails: 1,
  cacheSpoils: 0.5,
  diskCloned: 0.4,
  twinsClash: 0.2,
  coreStarts: 8,
  noiseChanges: 4,
  timePasses: 40,
};

/** Weather: every run has one of these, so that rare faults meet each other often enough. */
const weathers: readonly Partial<Record<ActName, number>>[] = [
  {},
  { diskCloned: 2, twinsClash: 3, coreDies: 14, coreStarts: 16, agentOrders: 24, goesOffline: 8 },
  {
    leadMoves: 24,
    leadAssigns: 20,
    rightGiven: 10,
    rightTaken: 10,
    rightFlickers: 16,
    goneForgotten: 8,
    noiseChanges: 10,
  },
  { backupTaken: 5, backupRestored: 4, serverDies: 6, agentOrders: 30 },
  { noiseChanges: 16, lineBreaks: 12, goneForgotten: 6, powerFails: 4, cacheSpoils: 2 },
];

/** The acts of a run, drawn from its seed. */
export function planActs(seed: number, count: number): Act[] {
  const random = seededRandom(seed);
  const names = Object.keys(weights) as ActName[];
  const weather = { ...weights, ...weathers[seed % weathers.length] };
  const total = names.reduce((sum, name) => sum + weather[name], 0);
  return Array.from({ length: count }, () => {
    let at = random.next() * total;
    const name = names.find((candidate) => (at -= weather[candidate]) < 0) ?? 'timePasses';
    return { name, seed: Math.floor(random.next() * 2 ** 32) };
  });
}
