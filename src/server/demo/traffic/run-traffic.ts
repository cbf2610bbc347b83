/**
 * Keeps the demo centre alive: every little while a simulated customer writes, calls or answers, through the real
 * protocols. Only in a demo centre, only when asked for; on screen it is labelled as demo.
 */
import { type Clock, newId, type Random } from '../../../shared/domain/clock.ts';
import type { LineContractFake } from '../providers/line-contract-fake/line-contract-fake.ts';
import type { PhoneEventSender } from '../providers/phone-event-sender.ts';
import { openTimers } from './later.ts';
import { simulateCall } from './simulate-call.ts';
import { simulateLineUser } from './simulate-line-user.ts';
import { simulateMailWriter, type MailWorld } from './simulate-mail-writer.ts';
import { simulateVisitor } from './simulate-visitor.ts';
import { storyVoice } from './story-voice.ts';

export type DemoPerson = { name: string; lineUserId: string | null; phone: string | null; mail: string | null };

export type TrafficParts = {
  serverUrl: string;
  people: readonly DemoPerson[];
  line: LineContractFake;
  mail: MailWorld;
  phone: PhoneEventSender;
  /** Logins of the agents whose telephones ring. */
  agents: readonly string[];
  clock: Clock;
  random: Random;
};

/** Between two events, in ms: a desk that lives but can be followed by eye. */
const LEAST_PAUSE_MS = 12_000;
const MOST_PAUSE_MS = 30_000;
/** Of one kind at a time. */
const AT_ONCE = { webChat: 3, line: 3, mail: 2, phone: 1 };
type Kind = keyof typeof AT_ONCE;
const kinds: readonly Kind[] = ['webChat', 'webChat', 'webChat', 'line', 'line', 'mail', 'phone'];

/** Starts the traffic; the function that comes back ends it. */
export function runTraffic(parts: TrafficParts): () => void {
  const { clock, random, people } = parts;
  const timers = openTimers();
  const going = { webChat: 0, line: 0, mail: 0, phone: 0 };
  const leaving = new Set<() => void>();
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random.next() * list.length)];

  function dayAfter(days: number): string {
    const day = new Date(clock.now() + days * 86_400_000 + 9 * 3_600_000);
    return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日`;
  }
  function begin(kind: Kind): void {
    if (going[kind] >= AT_ONCE[kind]) return;
    const able = people.filter((one) =>
      kind === 'line' ? one.lineUserId : kind === 'mail' ? one.mail : kind === 'phone' ? one.phone : true,
    );
    const person = pick(able);
    if (!person) return;
    const voice = storyVoice(person.name, { day: dayAfter(2), pastDay: dayAfter(-1) }, random);
    going[kind] += 1;
    const end = (): void => {
      going[kind] -= 1;
    };
    switch (kind) {
      case 'webChat':
        leaving.add(
          simulateVisitor(
            {
              serverUrl: parts.serverUrl,
              account: 'demo-webChat',
              name: person.name,
              voice,
              clock,
              random,
              later: timers.later,
            },
            end,
          ),
        );
        return;
      case 'line':
        leaving.add(
          simulateLineUser({ line: parts.line, userId: person.lineUserId ?? '', voice, later: timers.later }, end),
        );
        return;
      case 'mail':
        leaving.add(
          simulateMailWriter(
            {
              mail: parts.mail,
              name: person.name,
              address: person.mail ?? '',
              voice,
              clock,
              random,
              later: timers.later,
            },
            end,
          ),
        );
        return;
      case 'phone': {
        const isHidden = random.next() < 0.1;
        simulateCall(
          {
            phone: parts.phone,
            callId: newId(clock, random),
            from: isHidden ? null : person.phone,
            agents: parts.agents,
            random,
            later: timers.later,
          },
          end,
        );
      }
    }
  }
  function goOn(): void {
    timers.later(LEAST_PAUSE_MS + random.next() * (MOST_PAUSE_MS - LEAST_PAUSE_MS), () => {
      begin(pick(kinds) ?? 'webChat');
      goOn();
    });
  }
  begin('webChat');
  timers.later(4_000, () => begin('line'));
  timers.later(9_000, () => begin('phone'));
  goOn();
  return () => {
    timers.stop();
    for (const leave of leaving) leave();
  };
}
