/** The customer's side of a story, one turn at a time: what to say first, and what to say after each answer. Pure. */
import type { Random } from '../../../shared/domain/clock.ts';
import type { DemoProduct } from '../words/products.ts';
import { products } from '../words/products.ts';
import { performStory } from '../perform-story.ts';
import { stories } from '../words/stories.ts';

export type StoryVoice = {
  subject: string;
  /** The texts that the customer says next, in a row; empty when the story is told. */
  nextTurn(): string[];
};

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random.next() * list.length)] as T;

/** @param days one to come and one that has passed, such as `11月25日` */
export function storyVoice(name: string, days: { day: string; pastDay: string }, random: Random): StoryVoice {
  const product: DemoProduct = pick(products.slice(0, 14), random);
  const story = performStory(
    pick(stories, random),
    {
      name,
      agent: '鈴木',
      product: product.name,
      part: product.part,
      trouble: product.trouble,
      ...days,
      order: `HK-${10_000 + Math.floor(random.next() * 90_000)}`,
      amount: `${product.price.toLocaleString('ja-JP')}円`,
    },
    random,
  );
  let at = 0;
  return {
    subject: story.subject,
    nextTurn() {
      while (at < story.lines.length && story.lines[at]?.who !== 'c') at += 1;
      const said: string[] = [];
      for (; story.lines[at]?.who === 'c'; at++) said.push(story.lines[at]?.text ?? '');
      return said;
    },
  };
}
