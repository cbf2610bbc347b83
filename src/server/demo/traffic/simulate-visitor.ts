/** One simulated visitor of the demo shop, through the real widget protocol: asks, reads, types, answers, leaves. */
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import { type ChatState, openWidgetClient } from '../../../widget/widget-client.ts';
import type { Later } from './later.ts';
import type { StoryVoice } from './story-voice.ts';

/** A person needs this long to read an answer and to begin to write, in ms. */
const READS_MS = 2_500;
const WRITES_MS = 3_500;
/** Leaves when nobody answers for this long, in ms. */
const PATIENCE_MS = 10 * 60_000;

/** @returns the function that makes the visitor leave at once */
export function simulateVisitor(
  parts: {
    serverUrl: string;
    account: string;
    name: string;
    voice: StoryVoice;
    clock: Clock;
    random: Random;
    later: Later;
  },
  onLeave: () => void,
): () => void {
  const { voice, clock, random, later } = parts;
  const client = openWidgetClient({
    serverUrl: parts.serverUrl,
    account: parts.account,
    language: 'ja',
    visitor: { token: Buffer.from(random.bytes(32)).toString('base64url'), name: parts.name, mail: null },
    clock,
    random,
  });
  let answers = 0;
  let isTalking = false;
  let hasLeft = false;
  let stopWaiting = later(PATIENCE_MS, leave);

  function leave(): void {
    if (hasLeft) return;
    hasLeft = true;
    stopWaiting();
    stopListening();
    client.close();
    onLeave();
  }
  function speak(): void {
    const turn = voice.nextTurn();
    isTalking = turn.length > 0;
    // The story is told: thanks were said, the window stays open for a while.
    if (!isTalking) later(20_000, leave);
    turn.forEach((text, i) => {
      later(i * WRITES_MS + READS_MS / 2, () => {
        if (!hasLeft) client.noteTyping();
      });
      later((i + 1) * WRITES_MS, () => {
        if (hasLeft) return;
        client.say(text);
        if (i === turn.length - 1) isTalking = false;
      });
    });
  }
  function hear(state: ChatState): void {
    if (state.refused !== null) return leave();
    const heard = state.log.lines.filter((line) => !line.isMine && line.seq !== null).length;
    if (heard <= answers || isTalking) return;
    answers = heard;
    isTalking = true;
    stopWaiting();
    stopWaiting = later(PATIENCE_MS, leave);
    later(READS_MS, () => {
      if (hasLeft) return;
      client.markRead();
      speak();
    });
  }
  const stopListening = client.onChange(hear);
  speak();
  return leave;
}
