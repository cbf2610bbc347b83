/** Fills the demo's scripts with a customer, an order and an agent. Pure: chance is passed in. */
import type { Random } from '../../shared/domain/clock.ts';
import type { Story, StoryLine } from './words/stories.ts';

export type StoryValues = {
  name: string;
  agent: string;
  product: string;
  part: string;
  trouble: string;
  order: string;
  /** Yen, such as `12,800円`. */
  amount: string;
  /** A day to come and one that has passed, such as `11月22日`. */
  day: string;
  pastDay: string;
};

/** Puts values into one text: `{name}` from the values, `[a|b]` one of the wordings. Unknown braces throw. */
export function fillText(template: string, values: StoryValues, random: Random): string {
  return template
    .replaceAll(/\[([^\]]+)\]/g, (_, wordings: string) => {
      const choices = wordings.split('|');
      return choices[Math.floor(random.next() * choices.length)] ?? '';
    })
    .replaceAll(/\{(\w+)\}/g, (_, key: string) => {
      if (!Object.hasOwn(values, key)) throw new Error(`the story names {${key}}, which nobody fills`);
      return values[key as keyof StoryValues];
    });
}

export type PerformedLine = { who: StoryLine[0]; text: string };

/**
 * Performs a story up to a line, as a conversation that may still be going on.
 * @param upTo how many lines were spoken so far; at least one
 */
export function performStory(
  story: Story,
  values: StoryValues,
  random: Random,
  upTo = story.lines.length,
): { subject: string; callSummary: string; lines: PerformedLine[] } {
  return {
    subject: fillText(story.subject, values, random),
    callSummary: fillText(story.call, values, random),
    lines: story.lines
      .slice(0, Math.max(1, upTo))
      .map(([who, text]) => ({ who, text: fillText(text, values, random) })),
  };
}
