/**
 * What agents do at a desk beside replies and notes: type and leave off, go on with what another device or colleague has
 * begun, attach files, change what others change too, and read what is long past.
 */
import type { ConsoleApi } from '../../../src/shared/console-api.ts';
import type { ConversationId } from '../../../src/shared/domain/ids.ts';
import { type Chooser, type Doing, running } from './choose.ts';
import { type Device, NARROW, ROOMY } from './mortal-core.ts';
import { ask, shownConversations } from './people-acts.ts';
import { type RealWorld, settle } from './real-world.ts';

/** More than one part of a file on its way. */
const LARGE_FILE = 600 * 1024;
const TAGS = ['返品', '至急', '配送'];

/** A conversation that the window of some running device shows. */
async function somewhere(
  world: RealWorld,
  choose: Chooser,
): Promise<{ device: Device; conversationId: ConversationId } | null> {
  const device = choose.of(running(world));
  const conversationId = device && choose.of(await shownConversations(device));
  return device && conversationId ? { device, conversationId } : null;
}

/** Asks the server by way of a device. What comes of it shows in the files, when it comes at all. */
function askLive(device: Device, call: (api: ConsoleApi) => Promise<unknown>): void {
  if (device.api !== null) void call(device.api).catch(() => undefined);
}

async function type(world: RealWorld, device: Device, conversationId: ConversationId, choose: Chooser): Promise<void> {
  const what = choose.chance(0.7) ? ('reply' as const) : ('note' as const);
  const before = await ask(device, (api) => api.drafts.get({ conversationId }));
  if (before === undefined) return;
  const other = before[what] === '' && choose.chance(0.7) ? before.others.find((one) => one.what === what) : undefined;
  const words = `<typed ${world.nextNumber++}>`;
  const saved = await ask(device, (api) =>
    api.drafts.save({
      conversationId,
      what,
      text: `${other?.text ?? before[what]}${words}`,
      mail: null,
      ...(other ? { continues: { draftId: other.draftId, revision: other.revision } } : {}),
    }),
  );
  if (saved) world.typed.push({ device: device.name, words });
}

export const deskActs = {
  async agentTypes(world, choose) {
    const at = await somewhere(world, choose);
    if (at) for (let n = choose.below(3); n >= 0; n--) await type(world, at.device, at.conversationId, choose);
    await settle(world);
  },
  async draftIsThrownAway(world, choose) {
    const at = await somewhere(world, choose);
    if (!at) return;
    const { conversationId } = at;
    const what = choose.chance(0.7) ? ('reply' as const) : ('note' as const);
    await ask(at.device, (api) => api.drafts.save({ conversationId, what, text: '', mail: null }));
  },
  async agentSettlesDrafts(world, choose) {
    const at = await somewhere(world, choose);
    if (!at) return;
    const { conversationId } = at;
    const draft = await ask(at.device, (api) => api.drafts.get({ conversationId }));
    const other = choose.of(draft?.others ?? []);
    const keep = choose.of(['mine', 'theirs', 'both'] as const) ?? 'both';
    if (other) await ask(at.device, (api) => api.drafts.settle({ conversationId, draftId: other.draftId, keep }));
  },
  async leadTakesOver(world, choose) {
    const lead = running(world).find(({ agentId }) => agentId === world.centre.agents[1]);
    const conversationId = lead && choose.of(await shownConversations(lead));
    if (!lead || !conversationId) return;
    askLive(lead, async (api) => {
      const { drafts } = await api.drafts.ofColleagues({ conversationId });
      for (const { draftId } of drafts) await api.drafts.takeOver({ draftId });
    });
    await settle(world);
  },
  async fileIsAttached(world, choose) {
    const at = await somewhere(world, choose);
    if (!at) return;
    const bytes = Buffer.alloc(choose.chance(0.2) ? LARGE_FILE : 20 + choose.below(200), `file ${world.nextNumber++} `);
    const { conversationId } = at;
    await ask(at.device, (api) =>
      api.files.add({ conversationId, name: '控え.txt', type: 'text/plain', base64: bytes.toString('base64') }),
    );
  },
  async fileIsTakenOut(world, choose) {
    const at = await somewhere(world, choose);
    if (!at) return;
    const { conversationId } = at;
    const file = choose.of((await ask(at.device, (api) => api.files.list({ conversationId })))?.files ?? []);
    if (file) await ask(at.device, (api) => api.files.remove({ fileId: file.uploadId }));
  },
  async agentEdits(world, choose) {
    const at = await somewhere(world, choose);
    if (at) await edit(world, at.device, at.conversationId, choose);
    await settle(world);
  },
  async agentEditsStoppedReply(world, choose) {
    const device = choose.of(running(world));
    const rows = device && (await ask(device, (api) => api.outbox.list({})))?.rows;
    const row = rows?.find(({ state }) => state === 'needsReview' || state === 'refused');
    if (!device || !row) return;
    const { commandId } = row;
    const done = await ask(device, (api) => api.outbox.edit({ commandId }));
    if (done) for (const one of world.written) if (one.commandId === commandId) one.wasTakenBack = true;
  },
  async historyIsRead(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    const lacking = world.maker.lookAround(device, 'cache', (db) =>
      db.prepare('select conversation_id from absence order by conversation_id').pluck().all(),
    ) as ConversationId[];
    const conversationId = choose.of(lacking);
    if (conversationId !== undefined) askLive(device, (api) => api.conversations.fetchHistory({ conversationId }));
    await settle(world);
  },
  capIsSet(world, choose) {
    const device = choose.of(world.devices);
    if (device) device.capBytes = choose.chance(0.5) ? NARROW : ROOMY;
  },
} satisfies Record<string, Doing>;

/** Changes something that others change at the same time, having seen what stands on this device. */
async function edit(world: RealWorld, device: Device, conversationId: ConversationId, choose: Chooser): Promise<void> {
  const detail = await ask(device, (api) => api.conversations.get({ conversationId }));
  if (detail === undefined) return;
  const { customerId } = detail.conversation;
  const text = `edited by ${device.name}, number ${world.nextNumber++}`;
  switch (choose.below(5)) {
    case 0: {
      const [add, remove] = [choose.of(TAGS) ?? '', choose.of(TAGS) ?? ''];
      await ask(device, (api) => api.conversations.tag({ conversationId, add: [add], remove: [remove] }));
      return;
    }
    case 1: {
      const queueId = choose.of(world.centre.queues);
      if (queueId) await ask(device, (api) => api.conversations.move({ conversationId, queueId }));
      return;
    }
    case 2: {
      const sheet = await ask(device, (api) => api.customers.sheet({ customerId }));
      const seen = sheet?.customer.preferredNote;
      if (seen === undefined) return;
      await ask(device, (api) =>
        api.customers.setField({ customerId, change: { field: 'preferredNote', value: text, seen } }),
      );
      return;
    }
    case 3: {
      const state = choose.of(['granted', 'denied', 'unknown'] as const) ?? 'denied';
      const sheet = await ask(device, (api) => api.customers.sheet({ customerId }));
      const seenState = sheet?.consents.find(({ purpose }) => purpose === 'mailing')?.state ?? 'unknown';
      await ask(device, (api) => api.customers.setConsent({ customerId, purpose: 'mailing', state, seenState }));
      return;
    }
    default: {
      const timeline = await ask(device, (api) =>
        api.customers.timeline({ customerId, conversationId, before: null, limit: 50 }),
      );
      const notes = (timeline?.entries ?? []).flatMap((entry) =>
        entry.kind === 'message' && entry.message.direction === 'note' ? [entry.message] : [],
      );
      const note = choose.of(notes);
      if (note) await ask(device, (api) => api.notes.edit({ messageId: note.id, text, seenText: note.text }));
    }
  }
}
