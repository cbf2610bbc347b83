/**
 * What the features of the console share while an agent is signed in: the open files, the time, and a line to the
 * server that they cannot look behind. Holds no state of its own.
 */
import type { Connection } from '../../shared/console-shapes.ts';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import type { Ask, AskReply, Signal } from '../../shared/sync-protocol.ts';
import type { DbFile } from './db/connection.ts';

/** State of the line as the connection strip shows it. */
export type LineView = {
  state: 'online' | 'connecting' | 'catchingUp' | 'offline' | 'readOnly';
  lastLevelAt: number | null;
  retryAt: number | null;
  left: number | null;
  bootstrap: number | null;
  /** What is wrong although there may be a line. */
  trouble: NonNullable<Connection['trouble']> | null;
};

/** The way to the server, given to the features by `core.ts`: they ask, sync answers. */
export type Line = {
  view(): LineView;
  /** Brings the newest page of what this device lacks of a conversation. Refused with `offline`, `not-allowed`, `failed`. */
  history(conversationId: string): Promise<void>;
  /** Refused with `offline` when there is no line now. */
  ask(ask: Ask): Promise<AskReply>;
  /** Why nothing can be sent although there is a line: console and server are too far apart. */
  versionGap(): 'consoleTooOld' | 'serverTooOld' | null;
  /** Passes a signal on when there is a line; a lost signal does no harm. */
  signal(signal: Signal): void;
  /** Something new stands in the outbox. */
  outboxChanged(): void;
  /** Something was typed, sent or thrown away: the server's copies follow. */
  draftsChanged(): void;
  /** Tries again now instead of waiting. */
  reconnectNow(): void;
  /** An access token that is good for a while. Refused with `offline` or `signed-out`. */
  accessToken(): Promise<string>;
};

export type SignedInAgent = {
  agentId: AgentId;
  displayName: string;
  role: 'agent' | 'teamLead' | 'admin';
  workspaceId: string;
};

export type Desk = {
  me: SignedInAgent;
  serverUrl: string;
  cache: DbFile;
  outbox: DbFile;
  /** False when the outbox belongs to a newer version: nothing may be written. */
  isOutboxWritable: boolean;
  /** What happened to the local files when they were opened. */
  notices: NonNullable<Connection['notices']>;
  /** Bytes that the local copy may have, and those of its search index. */
  capBytes(): number;
  searchBytes(): number;
  clock: Clock;
  random: Random;
  line: Line;
  /** Device clock minus server clock in ms, as last measured. */
  skewMs(): number;
  /** Server time in epoch ms, as well as this device knows it. */
  serverNow(): number;
};
