/** The rule of every HTTP route, by method and pattern. A route that is not here fails the matrix. */
import type { Actor, Side, World } from './world.ts';

export type Rule =
  /** No session is asked for: a page, a sign of life, or something that brings its own proof in its body. */
  | { who: 'everybody' }
  /** Whoever is signed in, for themselves alone. `body`: one that does no harm. */
  | { who: 'signedIn'; body?: unknown }
  /** A session, and a right to the thing that the address names. */
  | { who: (actor: Actor, side: Side) => boolean; address: (things: World['things'][Side]) => string }
  /** A token of another system; a session opens nothing. */
  | { who: 'token' }
  /** Has a matrix of its own in this suite. */
  | { who: 'administration' };

const administersAgents = (actor: Actor, side: Side): boolean =>
  side === 'own' ? actor === 'admin' || actor === 'organisationAdmin' : actor === 'otherAdmin';
const holdsConversation = (actor: Actor, side: Side): boolean =>
  side === 'own' ? actor === 'agent' || actor === 'lead' : actor === 'otherAgent';

const everybody: Rule = { who: 'everybody' };
const signedIn: Rule = { who: 'signedIn', body: {} };

export const rules: Readonly<Record<string, Rule>> = {
  'GET /healthz': everybody,
  'GET /readyz': everybody,
  // This computer, or a token: `http.test.ts`.
  'GET /metrics': everybody,
  'POST /api/session': everybody,
  'POST /api/session/refresh': everybody,
  'GET /api/demo-accounts': everybody,
  'POST /api/device-wipes': everybody,
  'POST /api/password-resets': everybody,
  'POST /api/password-resets/look': everybody,
  'POST /api/set-up': everybody,
  'POST /api/set-up/look': everybody,
  'GET /reset': everybody,
  'GET /invite': everybody,
  'GET /setup': everybody,
  'GET /pages/page.css': everybody,
  'GET /pages/page.js': everybody,
  'GET /pages/reset.js': everybody,
  'GET /pages/set-up.js': everybody,
  'GET /widget.js': everybody,
  'GET /widget/frame': everybody,
  'GET /widget/assets/:file': everybody,
  'GET /demo/shop': everybody,
  'GET /demo/shop/:file': everybody,
  // A visitor's own word or the settings of a page: `web-chat.test.ts`, `visitor-calls.test.ts`.
  'OPTIONS /widget/accounts/:accountKey/*': everybody,
  'GET /widget/accounts/:accountKey/settings': everybody,
  'POST /widget/accounts/:accountKey/files': everybody,
  'GET /widget/accounts/:accountKey/files/:attachmentId': everybody,
  'POST /widget/accounts/:accountKey/offline': everybody,
  // Signed by the provider: `line-webhook.test.ts`, `phone-events.test.ts`.
  'POST /hooks/line/:accountKey': everybody,
  'POST /cti/:accountKey/events': everybody,
  'POST /api/device-keys': signedIn,
  'GET /api/account': signedIn,
  'POST /api/account/password': signedIn,
  'POST /api/account/prove': signedIn,
  'POST /api/account/second-factor': signedIn,
  'POST /api/account/second-factor/confirm': signedIn,
  'POST /api/account/second-factor/recovery-codes': signedIn,
  'POST /api/account/second-factor/off': signedIn,
  'POST /api/uploads': signedIn,
  'PATCH /api/uploads/:id': { who: 'signedIn' },
  'GET /api/attachments/:id': {
    who: holdsConversation,
    address: ({ attachmentId }) => `/api/attachments/${attachmentId}`,
  },
  'POST /api/admin/agents/:agentId/password-reset': {
    who: administersAgents,
    address: ({ agentId }) => `/api/admin/agents/${agentId}/password-reset`,
  },
  'DELETE /api/admin/agents/:agentId/second-factor': {
    who: administersAgents,
    address: ({ agentId }) => `/api/admin/agents/${agentId}/second-factor`,
  },
  'POST /api/administration/:group/:call': { who: 'administration' },
  'POST /api/devices/:clientId/revoke': {
    who: administersAgents,
    address: ({ spareClientId }) => `/api/devices/${spareClientId}/revoke`,
  },
  // Tokens of other systems, never sessions: `api.test.ts` tries each of them by scope and workspace.
  'GET /api/v1/openapi.json': everybody,
  ...Object.fromEntries(
    [
      'GET /api/v1/customers',
      'GET /api/v1/customers/:id',
      'POST /api/v1/customers',
      'PATCH /api/v1/customers/:id',
      'POST /api/v1/customers/:id/consents',
      'GET /api/v1/orders',
      'GET /api/v1/orders/:id',
      'POST /api/v1/orders',
      'GET /api/v1/conversations',
      'GET /api/v1/conversations/:id',
      'GET /api/v1/conversations/:id/messages',
      'POST /api/v1/conversations/:id/notes',
      'POST /api/v1/conversations/:id/tags',
    ].map((route): [string, Rule] => [route, { who: 'token' }]),
  ),
  // Last: afterwards nobody is signed in.
  'DELETE /api/session': { who: 'signedIn' },
};
