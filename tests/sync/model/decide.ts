/**
 * What the model's server decides about a command, and how it remembers it: effect, verdict and `lastMid` in one
 * transaction, verdicts found by command and not by number. Knows no connection.
 */
import type { Flaw } from './flaws.ts';
import { withEntry } from './persistent.ts';
import { commit, messagesOf, scopesOf, type Change, type ServerFile } from './server-file.ts';
import { conversationKey, type Command, type Conversation, type Verdict } from './wire.ts';

/** `mori#2` is a device of the agent `mori`. */
export const agentOf = (author: string): string => author.split('#')[0] ?? author;

type Decision = {
  readonly outcome: Verdict['outcome'];
  readonly reason: string | null;
  readonly change: Change | null;
};
const refused = (reason: string): Decision => ({ outcome: 'refused', reason, change: null });

function decide(file: ServerFile, agent: string, command: Command, flaw: Flaw | null): Decision {
  const conversation = file.rows.get(conversationKey(command.conversation));
  if (conversation?.kind !== 'conversation') return refused('not-found');
  const rights = file.rights.get(agent);
  if (!scopesOf(conversation, file.rows).some((scope) => rights?.has(scope))) return refused('not-allowed');
  const applied = (change: Change | null): Decision => ({ outcome: 'applied', reason: null, change });
  const say = (message: string): Change => ({
    put: [
      { ...conversation, lastSeq: conversation.lastSeq + 1 },
      {
        kind: 'message',
        id: message,
        conversation: conversation.id,
        seq: conversation.lastSeq + 1,
        author: command.author,
        text: command.id,
      },
    ],
  });
  switch (command.kind) {
    case 'reply': {
      // A clone of the disk may have sent the same message under another command.
      if (file.rows.has(`message:${command.message}`)) return applied(null);
      // More was seen than there is: the server was restored, and what the reply answers may be lost.
      const isFromLostHistory = command.seenSeq > conversation.lastSeq;
      const overtaken = messagesOf(file.rows, conversation.id).some(
        (message) =>
          message.seq > command.seenSeq && message.author !== 'customer' && agentOf(message.author) !== agent,
      );
      if ((overtaken || isFromLostHistory) && !command.anyway && flaw !== 'reviewSkipped') {
        return { outcome: 'needsReview', reason: 'thread-moved-on', change: null };
      }
      return applied(say(command.message));
    }
    case 'note':
      return applied(file.rows.has(`message:${command.message}`) ? null : say(command.message));
    case 'setStatus':
      if (conversation.status !== command.seenStatus) return refused('state-changed');
      return applied({ put: [{ ...conversation, status: command.status }] });
    case 'move':
      return applied({ put: [{ ...conversation, queue: command.queue }] });
    case 'assign':
      if (conversation.assignee !== command.seenAssignee) return refused('state-changed');
      return applied({ put: [{ ...conversation, assignee: command.assignee }] });
  }
}

export type Accepted = {
  /** The states of the file after each transaction, in order: the right server has at most one. */
  readonly commits: readonly ServerFile[];
  readonly touched: ReadonlySet<string>;
  readonly answer:
    | { readonly say: 'verdict'; readonly verdict: Verdict }
    | { readonly say: 'gap'; readonly lastMid: number }
    | { readonly say: 'cloned' };
};

const nothing: ReadonlySet<string> = new Set();

/** Takes a command that came under a number. Applies only `lastMid + 1`, and nothing twice. */
export function accept(
  file: ServerFile,
  from: { clientId: string; agent: string },
  mid: number,
  command: Command,
  flaw: Flaw | null,
): Accepted {
  const lastMid = file.lastMids.get(from.clientId) ?? 0;
  const known = file.verdicts.get(command.id);
  const owner = `${from.clientId}/${mid}`;
  if (mid > lastMid + 1) return { commits: [], touched: nothing, answer: { say: 'gap', lastMid } };
  if (mid <= lastMid && flaw === 'midNotComparedById') {
    const verdict = file.verdicts.get(file.midOwners.get(owner) ?? '');
    if (verdict) {
      return {
        commits: [],
        touched: nothing,
        answer: { say: 'verdict', verdict: { ...verdict, commandId: command.id } },
      };
    }
  }
  if (mid <= lastMid && flaw !== 'appliedTwice') {
    if (known === undefined) return { commits: [], touched: nothing, answer: { say: 'cloned' } };
    return { commits: [], touched: nothing, answer: { say: 'verdict', verdict: known } };
  }
  if (known !== undefined && flaw !== 'appliedTwice') {
    // The same command came earlier under another client id of this device.
    const lastMids = withEntry(file.lastMids, from.clientId, mid);
    return { commits: [{ ...file, lastMids }], touched: nothing, answer: { say: 'verdict', verdict: known } };
  }
  return decideAndStore(file, from, mid, command, flaw);
}

function decideAndStore(
  file: ServerFile,
  from: { clientId: string; agent: string },
  mid: number,
  command: Command,
  flaw: Flaw | null,
): Accepted {
  const decision = decide(file, from.agent, command, flaw);
  const effect = decision.change === null ? { file, touched: nothing } : commit(file, decision.change, flaw);
  const withEffect: ServerFile =
    decision.change === null
      ? effect.file
      : { ...effect.file, effects: withEntry(file.effects, command.id, (file.effects.get(command.id) ?? 0) + 1) };
  const conversation = file.rows.get(conversationKey(command.conversation)) as Conversation | undefined;
  const stood = new Set([...effect.touched, ...(conversation ? scopesOf(conversation, file.rows) : [])]);
  const verdict: Verdict = {
    commandId: command.id,
    outcome: decision.outcome,
    reason: decision.reason,
    sv: withEffect.sv,
    scopes: [...stood].filter((scope) => file.rights.get(from.agent)?.has(scope)),
  };
  const keepsMid = decision.outcome !== 'applied' && flaw === 'refusalKeepsMid';
  const withVerdict: ServerFile = {
    ...withEffect,
    lastMids: keepsMid ? file.lastMids : withEntry(file.lastMids, from.clientId, mid),
    midOwners: withEntry(file.midOwners, `${from.clientId}/${mid}`, command.id),
    verdicts: withEntry(file.verdicts, command.id, verdict),
  };
  const commits = flaw === 'verdictAfterEffect' ? [withEffect, withVerdict] : [withVerdict];
  return { commits, touched: effect.touched, answer: { say: 'verdict', verdict } };
}
