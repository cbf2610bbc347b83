/**
 * The words that the model's server and clients exchange: `src/shared/sync-protocol.ts` with everything left out that
 * decides nothing (columns, compression, times). Plain data only.
 */

export type Row =
  | {
      readonly kind: 'conversation';
      readonly id: string;
      readonly sv: number;
      readonly queue: string;
      readonly assignee: string | null;
      readonly customer: string;
      readonly status: string;
      readonly lastSeq: number;
    }
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly sv: number;
      readonly conversation: string;
      readonly seq: number;
      readonly author: string;
      readonly text: string;
    }
  | { readonly kind: 'customer'; readonly id: string; readonly sv: number; readonly name: string };

export type Conversation = Extract<Row, { kind: 'conversation' }>;
export type Message = Extract<Row, { kind: 'message' }>;

/** `conversation:c4`: a row's name in feeds, caches and `held`. */
export type Key = string;
export const keyOf = (row: { kind: Row['kind']; id: string }): Key => `${row.kind}:${row.id}`;
export const conversationKey = (id: string): Key => `conversation:${id}`;

/** `author` tells which device composed it and `position` in which order: only the checks read them. */
export type Command = {
  readonly id: string;
  readonly author: string;
  readonly position: number;
  readonly conversation: string;
} & (
  | { readonly kind: 'reply'; readonly message: string; readonly seenSeq: number; readonly anyway: boolean }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'setStatus'; readonly status: string; readonly seenStatus: string }
  | { readonly kind: 'move'; readonly queue: string }
  | { readonly kind: 'assign'; readonly assignee: string | null; readonly seenAssignee: string | null }
);

export type Verdict = {
  readonly commandId: string;
  readonly outcome: 'applied' | 'needsReview' | 'refused';
  readonly reason: string | null;
  readonly sv: number;
  readonly scopes: readonly string[];
};

export type Page = { readonly rows: readonly Row[]; readonly gone: readonly Key[] };

export type Up =
  | {
      readonly say: 'hello';
      readonly agent: string;
      readonly clientId: string;
      /** A word of this run of the core, never written to disk: two live runs of one client id are a cloned disk. */
      readonly run: string;
      readonly nextMid: number;
      readonly epoch: string | null;
    }
  | { readonly say: 'pull'; readonly ask: number; readonly scope: string; readonly after: number }
  | { readonly say: 'walk'; readonly ask: number; readonly scope: string; readonly below: number | null }
  | { readonly say: 'submit'; readonly mid: number; readonly command: Command };

export type Down =
  | {
      readonly say: 'welcome';
      readonly epoch: string;
      readonly lastMid: number;
      readonly sv: number;
      /** What the device may hold, each with the last number in it. */
      readonly latest: readonly (readonly [string, number])[];
    }
  | { readonly say: 'cloned' }
  | {
      readonly say: 'pulled';
      readonly ask: number;
      readonly scope: string;
      readonly page: Page;
      readonly to: number;
      readonly more: boolean;
    }
  | {
      readonly say: 'walked';
      readonly ask: number;
      readonly scope: string;
      readonly page: Page;
      readonly ceiling: number;
      readonly below: number | null;
    }
  | { readonly say: 'notAllowed'; readonly ask: number; readonly scope: string }
  | { readonly say: 'resync'; readonly ask: number; readonly scope: string }
  | { readonly say: 'frame'; readonly scope: string; readonly from: number; readonly to: number; readonly page: Page }
  | { readonly say: 'lag'; readonly scope: string; readonly to: number }
  | { readonly say: 'level'; readonly to: number; readonly latest: readonly (readonly [string, number])[] }
  | { readonly say: 'verdict'; readonly verdict: Verdict }
  | { readonly say: 'gap'; readonly lastMid: number };
