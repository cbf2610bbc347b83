/** What the server answers to the pages of operations: tokens of the API, how it is. */
import type {
  AdministrationCall,
  AdministrationInput,
  AdministrationOutput,
} from '../../src/shared/administration/contract.ts';
import { accounts } from './sample-rows.ts';

type OperationsCall = Extract<AdministrationCall, `apiTokens.${string}` | `status.${string}` | `webhooks.${string}`>;
const NOW = 1_790_400_000_000;

export const operationsAnswers: {
  [N in OperationsCall]: (input: AdministrationInput<N>) => AdministrationOutput<N>;
} = {
  'apiTokens.list': () => ({
    tokens: [
      {
        id: '0192f000-0000-7000-8000-0000000000a1',
        version: 1,
        name: 'ECサイト連携',
        scopes: ['customers:read', 'customers:write', 'orders:write'],
        madeByName: '森田 健',
        createdAt: NOW - 30 * 86_400_000,
        lastUsedAt: NOW - 60_000,
      },
    ],
  }),
  'apiTokens.make': () => ({ token: 'kanade_x7Q2mB9sT4vLw0nYpRk5cJfHgEaDzUiO1M3N6P8qVtA' }),
  'apiTokens.revoke': () => ({}),
  'webhooks.list': () => ({
    webhooks: [
      {
        id: '0192f000-0000-7000-8000-0000000000b1',
        version: 1,
        name: '在庫システム',
        url: 'https://stock.example.jp/kanade',
        events: ['conversation.opened', 'customer.changed'],
        isPaused: false,
        waiting: 1,
        failed: 1,
      },
    ],
  }),
  'webhooks.save': ({ seen }) => ({
    version: 1,
    secret: seen === null ? 'whsec_k3Vt0mGd8nQ2yXw7Zb5cRf1HsLp4uJaE9oTiKqYxMzA' : null,
  }),
  'webhooks.remove': () => ({}),
  'webhooks.sendAgain': () => ({}),
  'webhooks.deliveries': () => ({
    deliveries: (['waiting', 'failed', 'done'] as const).map((state, n) => ({
      id: `0192f000-0000-7000-8000-0000000000c${n}`,
      event: n === 1 ? 'customer.changed' : 'conversation.opened',
      state,
      tries: [1, 7, 1][n] ?? 0,
      lastStatus: [503, null, 204][n] ?? null,
      lastError: n === 1 ? 'ECONNREFUSED' : null,
      createdAt: NOW - n * 600_000,
      updatedAt: NOW - n * 600_000,
    })),
  }),
  'status.look': () => ({
    readAt: NOW,
    alerts: ['connectorFailing', 'diskLow'],
    connectors: Object.values(accounts).map((row) => ({
      ...row,
      lastSuccessAt: NOW - 30_000,
      lastErrorAt: row.state === 'failing' ? NOW - 300_000 : null,
    })),
    sending: { waiting: 3, oldestAt: NOW - 40_000, needsReview: 1 },
    consoles: 24,
    imports: 0,
    jobs: ['api.prune', 'customers.suggestDuplicates', 'dispatch.sweep', 'imports.run'].map((id, n) => ({
      id,
      due: 0,
      failed: n === 3 ? 1 : 0,
      lastDoneAt: NOW - n * 20_000,
    })),
    database: { engine: 'postgresql', bytes: 4_812_000_000 },
    disk: { freeBytes: 3_100_000_000, totalBytes: 107_000_000_000 },
  }),
};
