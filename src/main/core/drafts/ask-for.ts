/** Asks the server about drafts and reads its answer. */
import type { z } from 'zod';
import type { RefusalReason } from '../../../shared/console-frames.ts';
import type { Ask } from '../../../shared/sync-protocol.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';

/** Refused with `offline` without a line, and with the server's reason. */
export async function askFor<S extends z.ZodType>(desk: Desk, ask: Ask, output: S): Promise<z.output<S>> {
  const answer = await desk.line.ask(ask);
  if (!answer.ok) {
    const why: RefusalReason = answer.why;
    throw new Refused(why, answer.detail.slice(0, 300));
  }
  const parsed = output.safeParse(answer.output);
  if (!parsed.success) throw new Refused('failed', 'the server answered in a way that this version does not know');
  return parsed.data;
}
