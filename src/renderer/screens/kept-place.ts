/** Where an agent was when the screen was locked, for the moment at which they come back. In memory; nothing of a customer but ids. */
import type { OpenPlace } from './thread.tsx';
import type { Place } from './rail.tsx';

type Kept = { agentId: string; place: Place; open: OpenPlace | null };
let kept: Kept | null = null;

/** Remembers where the agent is. */
export function keepPlace(now: Kept): void {
  kept = now;
}

/** Where this agent was, or null: another one begins at the inbox. */
export function keptPlace(agentId: string): Kept | null {
  return kept?.agentId === agentId ? kept : null;
}
