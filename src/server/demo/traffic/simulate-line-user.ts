/** One simulated person on LINE: writes from their telephone and answers what comes. Speaks through the stand-in for LINE. */
import type { LineContractFake } from '../providers/line-contract-fake/line-contract-fake.ts';
import type { Later } from './later.ts';
import type { StoryVoice } from './story-voice.ts';

/** Pause before the first words and between two bubbles, and the time a person needs to look at the telephone, in ms. */
const WRITES_MS = 5_000;
const LOOKS_MS = 6_000;

/** @returns the function that makes the person fall silent */
export function simulateLineUser(
  parts: { line: LineContractFake; userId: string; voice: StoryVoice; later: Later },
  onEnd: () => void,
): () => void {
  const { line, userId, voice, later } = parts;
  let isOver = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    stopListening();
    onEnd();
  }
  function speak(): void {
    const turn = voice.nextTurn();
    if (turn.length === 0) {
      // A thank-you sticker ends the story.
      void line.sendSticker(userId);
      return end();
    }
    turn.forEach((text, i) => {
      later((i + 1) * WRITES_MS, () => {
        if (!isOver) void line.say(userId, text);
      });
    });
  }
  const stopListening = line.onDelivered((to) => {
    if (to.userId === userId && !isOver) later(LOOKS_MS, speak);
  });
  speak();
  return end;
}
