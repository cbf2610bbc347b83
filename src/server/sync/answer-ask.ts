/** Answers live calls: each needs its right now, and whoever sees personal data leaves a line in the audit. */
import { and, eq } from 'drizzle-orm';
import type { CustomerId, MessageId } from '../../shared/domain/ids.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import type { Ask, AskReply } from '../../shared/sync-protocol.ts';
import { type RereadParts, rereadMail } from '../conversations/reread-mail.ts';
import { auditEvent, personalData } from '../db/schema.ts';
import { answerDraftAsk, isDraftAsk } from '../drafts/answer-draft-ask.ts';
import { write, type Writing } from '../db/write.ts';
import type { ConsoleConnection } from './console-connection.ts';
import { pinCustomer } from './pin-customer.ts';
import { findActiveAgent, mayOpenCustomer } from './rights.ts';

const notAllowed: AskReply = { ok: false, why: 'not-allowed', detail: 'you may not open this customer' };

/**
 * Answers one live call of a console. What drafts answer stands in the contract; a reveal has the output `[{ kind, value }]` of the customer, the others null.
 * @throws when the database fails; nothing is stored then
 */
export async function answerAsk(parts: RereadParts, connection: ConsoleConnection, ask: Ask): Promise<AskReply> {
  const { database, source } = parts;
  // Reading takes seconds, and nobody may write meanwhile: it has its transaction behind it.
  if (ask.method === 'rereadMail')
    return await rereadMail(parts, connection.agentId, ask.messageId as MessageId, ask.charset);
  const { result } = await write(database, source, async (w): Promise<AskReply> => {
    const by = await findActiveAgent(w.tx, connection.agentId);
    if (by && isDraftAsk(ask)) return await answerDraftAsk(w, by, ask);
    // The same answer for a customer who is not there: nobody learns of a customer by asking.
    if (!by || isDraftAsk(ask) || !(await mayOpenCustomer(w.tx, by, ask.customerId as CustomerId))) return notAllowed;
    switch (ask.method) {
      case 'pinCustomer':
        await pinCustomer(w, by.id, ask.customerId as CustomerId);
        return { ok: true, output: null };
      case 'revealPersonalData': {
        const may = by.rights.includes('personalData') || by.rights.includes('revealPersonalData');
        if (!may) return { ok: false, why: 'not-allowed', detail: 'you may not see personal data' };
        return await reveal(w, connection, ask.customerId as CustomerId, ask.reason);
      }
      default:
        return unreachable(ask);
    }
  });
  return result;
}

async function reveal(
  w: Writing,
  connection: ConsoleConnection,
  customerId: CustomerId,
  reason: string,
): Promise<AskReply> {
  const rows = await w.tx
    .select({ kind: personalData.kind, value: personalData.value })
    .from(personalData)
    .where(and(eq(personalData.customerId, customerId)));
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: connection.agentId,
    fromAddress: connection.socket.handshake.address,
    what: 'personalData.revealed',
    target: customerId,
    reason,
    after: { kinds: rows.map((row) => row.kind) },
  });
  return { ok: true, output: rows };
}
