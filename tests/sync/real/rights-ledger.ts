/** Who may hold which scope, worked out beside the product; and the promise that the server says nothing to anybody else. */
import type { MortalServer } from './mortal-server.ts';
import { BrokenRealPromise } from './broken-promise.ts';

export type RightsLedger = {
  /** Something is about to change: what is said meanwhile is not judged. */
  suspend(): void;
  /** Nothing is under way: from now on this counts. */
  learn(): Promise<void>;
  /** Judges what the server says to an agent. */
  judge(agentId: string, event: string, payload: unknown): void;
  /** The first thing that was said to somebody without the right. */
  broken(): BrokenRealPromise | null;
};

type Said = { scope?: unknown; ok?: unknown; scopes?: unknown; latest?: unknown; add?: unknown };

/** A ledger that judges nothing until it has learned. */
export function createRightsLedger(): RightsLedger & { watch(server: MortalServer): void } {
  let server: MortalServer | null = null;
  let allowed: Map<string, Set<string>> | null = null;
  let broken: BrokenRealPromise | null = null;

  function scopesIn(event: string, { scope, ok, scopes, latest, add }: Said): unknown[] {
    if (event === 'frame' || event === 'lag') return [scope];
    if (event === 'pull' || event === 'walk') return ok === true ? [scope] : [];
    if (event === 'level') return Object.keys(latest ?? {});
    if (event === 'scopes') return (add ?? []) as unknown[];
    if (event === 'hello') return ((scopes ?? []) as { scope: unknown }[]).map((entry) => entry.scope);
    return [];
  }

  return {
    watch: (of) => (server = of),
    suspend: () => (allowed = null),
    async learn() {
      const rows =
        (await server?.read<{ agent: string; scope: string }>(
          `select id::text as agent, 'settings:' || workspace_id as scope from agent
           union all select id::text, 'mine:' || id from agent
           union all select id::text, 'directory:' || workspace_id from agent where rights ? 'directory'
           union all select id::text, 'personalData:' || workspace_id from agent where rights ? 'personalData'
           union all select a.id::text, 'queue:' || q.id from agent a join queue q on a.queue_ids ? q.id::text
           union all select a.id::text, p.scope from agent a join pin p on p.agent_id = a.id where a.rights ? 'directory'`,
        )) ?? [];
      allowed = new Map();
      for (const { agent, scope } of rows) allowed.set(agent, (allowed.get(agent) ?? new Set()).add(scope));
    },
    judge(agentId, event, payload) {
      if (allowed === null || typeof payload !== 'object' || payload === null) return;
      const mine = allowed.get(agentId);
      const foreign = scopesIn(event, payload as Said).find((scope) => !mine?.has(String(scope)));
      if (foreign !== undefined)
        broken ??= new BrokenRealPromise(
          'nobody hears of a scope without the right',
          `${event} of ${JSON.stringify(foreign)}`,
        );
    },
    broken: () => broken,
  };
}
