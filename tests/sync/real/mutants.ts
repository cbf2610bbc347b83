/**
 * Deliberate mistakes in the product's own code, to prove that the checks can fail. Each rewrites the text of modules while
 * they are loaded; nothing of it is in the product. A text that is not there exactly once is an error, so that a mutant
 * cannot quietly become none when the code changes.
 */
import { registerHooks } from 'node:module';
import type { Weather } from './real-acts.ts';

type Change = { readonly file: string; readonly find: string; readonly put: string };
/** `weather`: in which it shows soonest; only runs of that are made. */
type Mutant = { readonly mistake: string; readonly weather?: Weather; readonly changes: readonly Change[] };

const one = (mistake: string, file: string, find: string, put: string, weather: Weather = 'fair'): Mutant => ({
  mistake,
  weather,
  changes: [{ file, find, put }],
});

export const mutants = {
  cursorBeforeRows: {
    mistake: 'the cursor is saved in a transaction of its own, before the rows',
    weather: 'deaths',
    changes: [
      {
        file: 'main/core/sync/apply-page.ts',
        find: '  write(context.cache, (writer, touch) => {\n    const parents',
        put: '  write(context.cache, (writer) => advance(writer, applied.rows));\n  write(context.cache, (writer, touch) => {\n    const parents',
      },
      { file: 'main/core/sync/apply-page.ts', find: '    advance(writer, applied.rows);\n', put: '' },
    ],
  },
  gapIgnored: one(
    'a frame that begins above the cursor is applied',
    'main/core/sync/hold-copy.ts',
    "if (scope.state === 'complete' && frame.from > (scope.sv ?? 0)) return 'pull';",
    '',
    'moves',
  ),
  levelPassesRows: one(
    'a level moves the cursors of scopes that are behind',
    'main/core/sync/hold-copy.ts',
    '        !behind.includes(scope) &&\n',
    '',
    'moves',
  ),
  frameBeforeWalk: one(
    'frames are applied although the walk of their scope has not begun',
    'main/core/sync/hold-copy.ts',
    "if (scope.state === 'walking' && (scope.ceiling === null || frame.to <= scope.ceiling)) return 'seen';",
    '',
    'moves',
  ),
  tombstoneSkipped: one(
    'the device does not let go of what is gone',
    'main/core/sync/apply-page.ts',
    'for (const gone of page.gone) applyGone(context, writer, touch, scope, gone, applied);',
    '',
    'moves',
  ),
  childHoldsNothing: one(
    'a message does not hold its conversation',
    'main/core/sync/apply-page.ts',
    "for (const conversationId of parents) hold(writer, scope, conversationId, 'conversation');",
    '',
    'moves',
  ),
  answerOfEarlierLife: one(
    'an answer to a question of an earlier life of a scope is taken',
    'main/core/sync/read-scopes.ts',
    'if (scope.life !== step.life || scopes.find(scope.name) !== scope) {',
    'if (scopes.find(scope.name) !== scope) {',
    'moves',
  ),
  settledTooEarly: one(
    'a command is done although its effect has not come',
    'main/core/outbox/settle-outbox.ts',
    'cursor !== null && cursor >= (verdictSv ?? 0)',
    'true',
    'deaths',
  ),
  epochIgnored: one(
    'the copy does not begin anew after a restored server',
    'main/core/sync/hold-copy.ts',
    'if (meta.epoch !== null) beginEpoch(welcome.epoch);',
    '',
    'restores',
  ),
  memoryAheadOfFile: one(
    'what memory holds of a transaction stays when the disk refuses it',
    'main/core/db/write.ts',
    '    for (const undo of undos.toReversed()) undo();\n',
    '',
    'fullDisks',
  ),
  lineDiesWithDisk: one(
    'a full disk keeps the line from beginning anew',
    'main/core/outbox/drain-outbox.ts',
    '      showQueued();\n',
    '      returnToQueue(outbox);\n',
    'fullDisks',
  ),
  damageStopsStart: one(
    'damage that is met while the desk is opened is not mended',
    'main/core/open-seat.ts',
    'if (isChecked || !isDamage(error)) throw error;',
    'throw error;',
    'damage',
  ),
  outboxNotBlocked: one(
    'a stopped reply does not hold up what comes after it',
    'main/core/outbox/drain-outbox.ts',
    "        if (verdict.outcome !== 'applied' && item.conversationId !== null)\n          blockAfter(writer, item.conversationId, item.n);\n",
    '',
    'edits',
  ),
  absenceNotNoted: one(
    'what a device lets go of is not noted as missing',
    'main/core/sync/evict.ts',
    '  noteAbsence(writer, { conversationId: id, customerId, upto, shownAt: upto });\n',
    '',
    'history',
  ),
  draftNotKept: one(
    'a draft that ends is not kept as a version',
    'main/core/drafts/draft-store.ts',
    "  keepVersion(desk, writer, conversationId, what, draft.text, draft.savedAt);\n  writer.run('delete from draft where",
    "  writer.run('delete from draft where",
    'drafts',
  ),
  filesLeftBehind: one(
    'a reply goes into its message without its files',
    'server/conversations/decide-reply.ts',
    'await addAttachments(w, body.messageId, found.id, files);',
    '',
    'files',
  ),
  dedupeRemoved: one(
    'a command that comes again is judged again',
    'server/sync/accept-command.ts',
    '(await verdictOf(w, console.agentId, command.id)) ?? (await judge(w, decide, by, command))',
    'await judge(w, decide, by, { ...command, body: { ...command.body, ...("messageId" in command.body ? { messageId: w.newId() } : {}) } as never })',
    'restores',
  ),
  verdictNotStored: one(
    'the verdict is not stored with the effect',
    'server/sync/accept-command.ts',
    '  await w.tx\n    .insert(commandVerdict)\n    .values({ clientId: console.clientId, mid, commandId: command.id, agentId: console.agentId, verdict, at: w.now });',
    '',
    'deaths',
  ),
  numberNotAdvanced: one(
    'the number of a command is not used up',
    'server/sync/accept-command.ts',
    'set({ lastMid: mid, lastSeenAt: w.now })',
    'set({ lastSeenAt: w.now })',
    'deaths',
  ),
  goneWithoutNumber: one(
    'what leaves a scope keeps its old number in the feed',
    'server/feed/settle-feed.ts',
    `        update feed_entry f set gone = true, sv = v.sv from v
        where f.kind = \${kind}`,
    `        update feed_entry f set gone = true from v
        where f.kind = \${kind}`,
    'moves',
  ),
  childrenLeftBehind: one(
    'a conversation enters a scope without its children',
    'server/feed/settle-feed.ts',
    'if (entered.length > 0) {',
    'if (entered.length < 0) {',
    'moves',
  ),
  rightsNotAsked: one(
    'a page is read without asking for the right',
    'server/sync/rights.ts',
    'return of !== null && (await scopesOfAgent(queries, of)).includes(scope);',
    'return of !== null;',
    'moves',
  ),
} satisfies Record<string, Mutant>;

export type MutantName = keyof typeof mutants;
export const allMutants = Object.keys(mutants) as MutantName[];

/**
 * From now on modules are loaded with this mistake. Throws when there is none of this name.
 * @returns the weather in which it shows soonest
 */
export function makeMistake(name: string): Weather {
  const found = allMutants.find((known) => known === name);
  if (found === undefined) throw new Error(`There is no mutant "${name}". Known are: ${allMutants.join(', ')}`);
  const { changes, weather = 'fair' }: Mutant = mutants[found];
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const mine = changes.filter(({ file }) => url.endsWith(`/src/${file}`));
      if (mine.length === 0 || !loaded.source) return loaded;
      let source = Buffer.from(loaded.source as Uint8Array | string).toString('utf8');
      for (const { file, find, put } of mine) {
        const times = source.split(find).length - 1;
        if (times !== 1) throw new Error(`${name}: the text to be changed is ${times} times in src/${file}: ${find}`);
        source = source.replace(find, () => put);
      }
      return { ...loaded, source };
    },
  });
  return weather;
}
