/**
 * Runs that have failed once, each with its shortest list of acts: the plan of a seed changes whenever an act is added, its
 * acts do not.
 */
import type { RealAct } from './real-acts.ts';

export type PastFailure = { readonly what: string; readonly seed: number; readonly acts: readonly RealAct[] };

export const pastFailures: readonly PastFailure[] = [
  {
    what: 'a power cut takes the last transactions of the copy, and the index that had read them finds other messages',
    seed: 2,
    acts: [
      { name: 'coreStarts', seed: 1395857638 },
      { name: 'agentOrders', seed: 2310499808 },
      { name: 'timePasses', seed: 2709408573 },
      { name: 'goesOffline', seed: 1534354113 },
      { name: 'coreStarts', seed: 489762524 },
      { name: 'coreStarts', seed: 865630693 },
      { name: 'serverDiskFills', seed: 3586286729 },
      { name: 'coreDies', seed: 605619160 },
      { name: 'cacheIsKept', seed: 1574957072 },
      { name: 'timePasses', seed: 168367563 },
      { name: 'timePasses', seed: 267074333 },
      { name: 'leadAssigns', seed: 824348626 },
      { name: 'customerWrites', seed: 4037709480 },
      { name: 'lineIsSlow', seed: 2725810368 },
      { name: 'timePasses', seed: 999865637 },
      { name: 'powerFails', seed: 221098929 },
    ],
  },
  {
    what: 'a server dies while history is asked for, and what its dead line did not bring is not asked for again',
    seed: 347,
    acts: [
      { name: 'leadTakesOver', seed: 4222225988 },
      { name: 'leadTakesOver', seed: 2451477965 },
      { name: 'customerWrites', seed: 1397114457 },
      { name: 'timePasses', seed: 3291153741 },
      { name: 'timePasses', seed: 3768641876 },
      { name: 'coreStarts', seed: 1782833873 },
      { name: 'timePasses', seed: 4143905239 },
      { name: 'timePasses', seed: 540875260 },
      { name: 'leadAssigns', seed: 3474054897 },
      { name: 'timePasses', seed: 3959968972 },
      { name: 'serverDies', seed: 1553415763 },
    ],
  },
];
