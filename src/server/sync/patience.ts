/**
 * How much nonsense one session may send before it is shown out. Every refusal that is the console's own fault is logged
 * by name, counted, and costs one; whoever has spent what an honest console never needs loses the line for a while.
 * Knows sessions and names of reasons, never what was sent.
 */
import type { Clock } from '../../shared/domain/clock.ts';
import { openBuckets } from '../../shared/domain/token-bucket.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SignedInDevice } from '../session/tokens.ts';

/** An honest console of another version is refused now and then; it never comes near this. */
const FAULTS = { burst: 200, perSecond: 2 };
/** Events of one session, whatever they say: a console that empties a full outbox on a fast line stays below. */
const EVENTS = { burst: 2_000, perSecond: 500 };
/** New client ids of one session: a cloned disk takes one, a person never twenty. */
const DEVICES = { burst: 20, perSecond: 0.1 };
/** How long the door stays closed to a session that was shown out, in ms. */
const SHOWN_OUT_FOR_MS = 30_000;
/** Sessions remembered as shown out; the oldest are let in again before memory grows. */
const MOST_SHOWN_OUT = 10_000;

export type Fault = { event: string; why: string; field?: string | undefined };

export type Patience = {
  /** Takes one event in. False: more than a session may send, so it is not to be served. */
  mayServe(of: SignedInDevice): boolean;
  /** Whether the session may bring one more client id. */
  mayMakeDevice(of: SignedInDevice): boolean;
  /** Notes a refusal. False: the session has spent its last one and is to be shown out. */
  bear(of: SignedInDevice, fault: Fault): boolean;
  /** Whether the door is closed to this session now. */
  isShownOut(sessionId: string): boolean;
};

/** Makes the patience of one server node. */
export function havePatience(parts: { clock: Clock; log: Log; metrics: Metrics }): Patience {
  const { clock, log, metrics } = parts;
  const faults = openBuckets(FAULTS, clock);
  const events = openBuckets(EVENTS, clock);
  const devices = openBuckets(DEVICES, clock);
  const shownOut = new Map<string, number>();

  return {
    mayServe: (of) => events.take(of.sessionId).ok,
    mayMakeDevice: (of) => devices.take(of.sessionId).ok,
    bear(of, { event, why, field }) {
      metrics.faults.inc({ event, why });
      if (shownOut.has(of.sessionId)) return false;
      const { clientId, agentId, sessionId } = of;
      log.warn('sync.refused', { event, why, field: field ?? null, clientId, agentId });
      if (faults.take(sessionId).ok) return true;
      log.warn('sync.shown-out', { why: 'flooding', clientId, agentId });
      for (const [oldest] of shownOut) {
        if (shownOut.size < MOST_SHOWN_OUT) break;
        shownOut.delete(oldest);
      }
      shownOut.set(sessionId, clock.now() + SHOWN_OUT_FOR_MS);
      return false;
    },
    isShownOut(sessionId) {
      const until = shownOut.get(sessionId);
      if (until === undefined) return false;
      if (until > clock.now()) return true;
      shownOut.delete(sessionId);
      return false;
    },
  };
}
