/** What a centre writes down for its agents to use: templates, approved answers, FAQ articles. Pure rules. */
import { z } from 'zod';
import type { ChannelOnWire } from './channel.ts';

/** `template`: words with placeholders. `approvedAnswer`: said as it stands. `article`: to read, and to quote. */
export const knowledgeKinds = ['template', 'approvedAnswer', 'article'] as const;
export const knowledgeKindSchema = z.enum(knowledgeKinds);
export type KnowledgeKind = z.output<typeof knowledgeKindSchema>;

/** A draft is seen by those who write it; only what is approved is offered to agents. */
export const knowledgeStateSchema = z.enum(['draft', 'approved']);
export type KnowledgeState = z.output<typeof knowledgeStateSchema>;

type Usable = {
  readonly state: KnowledgeState;
  readonly expiresAt: number | null;
  readonly channels: readonly ChannelOnWire[];
};

/** Whether agents may use it at `now` (epoch ms) on a channel; null = whatever the channel. No channel named = on all of them. */
export function isUsable({ state, expiresAt, channels }: Usable, now: number, channel: ChannelOnWire | null): boolean {
  if (state !== 'approved' || (expiresAt !== null && expiresAt <= now)) return false;
  return channel === null || channels.length === 0 || channels.includes(channel);
}
