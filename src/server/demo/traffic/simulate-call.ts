/** One simulated telephone call: rings, is taken by an agent or not, is held now and then, ends. Sends signed events only. */
import type { Random } from '../../../shared/domain/clock.ts';
import type { PhoneEventSender } from '../providers/phone-event-sender.ts';
import type { Later } from './later.ts';

const RINGS_MS = 30_000;

/** @param agents logins of those who may take the call */
export function simulateCall(
  parts: {
    phone: PhoneEventSender;
    callId: string;
    from: string | null;
    agents: readonly string[];
    random: Random;
    later: Later;
  },
  onEnd: () => void,
): void {
  const { phone, callId, from, random, later } = parts;
  const agent = parts.agents[Math.floor(random.next() * parts.agents.length)];
  let seq = 0;
  const tell = (type: Parameters<PhoneEventSender['send']>[0]['type'], more: object = {}): void => {
    void phone
      .send({ callId, seq: ++seq, type, from, ...(from === null ? { fromReason: 'withheld' } : {}), ...more })
      .catch(() => {});
  };
  tell('call.offered', { ringForMs: RINGS_MS, ...(agent ? { agentId: agent } : {}) });
  if (!agent || random.next() < 0.25) {
    later(RINGS_MS, () => {
      tell('call.missed', { cause: 'no-answer' });
      onEnd();
    });
    return;
  }
  const answersAfter = 8_000 + random.next() * 9_000;
  const talksFor = 40_000 + random.next() * 80_000;
  later(answersAfter, () => tell('call.answered', { agentId: agent }));
  if (random.next() < 0.4) {
    later(answersAfter + talksFor * 0.4, () => tell('call.held'));
    later(answersAfter + talksFor * 0.6, () => tell('call.resumed'));
  }
  later(answersAfter + talksFor, () => {
    tell('call.ended', { cause: 'normal' });
    onEnd();
  });
}
