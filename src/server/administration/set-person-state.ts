/** The one place where a person is shut out or let in again. What else has to happen then is added here and nowhere else. */
import { eq } from 'drizzle-orm';
import type { AgentId } from '../../shared/domain/ids.ts';
import { agent } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import { endSessionsOf } from '../session/end-sessions.ts';
import { endLinks } from '../session/one-time-links.ts';

/**
 * Sets the state. Shutting out ends every session and every open link in the same transaction; connected consoles of every
 * node are shown out when they hear of the row. Gives the sessions that ended.
 */
export async function setPersonState(w: Writing, id: AgentId, state: 'active' | 'disabled'): Promise<string[]> {
  await w.tx.update(agent).set({ state }).where(eq(agent.id, id));
  w.append('agent', [id]);
  if (state === 'active') return [];
  await endLinks(w, 'resetPassword', id);
  return await endSessionsOf(w, id, 'agent-disabled');
}
