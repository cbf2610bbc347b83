/** The door of the widget's sockets: parses the handshake, asks Origin, account and limit. Only who passes gets a visit. */
import { type WidgetRefusal, WIDGET_PROTOCOL_VERSION, widgetHandshakeSchema } from '../../../shared/widget-protocol.ts';
import { countedAddress, judgeOrigin, visitorIdOf } from './judge-visitor.ts';
import type { WebChatAccount, WidgetSocket } from './web-chat-account.ts';

/** Finds a running account by the key in its addresses; `unknown` has no such account, `not-running` will have it again. */
export type FindAccount = (accountKey: string) => WebChatAccount | 'unknown' | 'not-running';

/** Lets a socket in, and writes down whose it is, or says why not. Never throws, whatever the handshake holds. */
export function admitVisitor(
  socket: WidgetSocket,
  find: FindAccount,
): { ok: true } | { ok: false; why: WidgetRefusal } {
  const { auth, headers } = socket.handshake;
  const parsed = widgetHandshakeSchema.safeParse(auth);
  if (!parsed.success) return { ok: false, why: 'bad-input' };
  if (parsed.data.protocol !== WIDGET_PROTOCOL_VERSION) return { ok: false, why: 'protocol-too-old' };
  const account = find(parsed.data.account);
  if (account === 'unknown') return { ok: false, why: 'unknown-account' };
  if (account === 'not-running') return { ok: false, why: 'not-running' };
  if (judgeOrigin(headers.origin, headers.host, account.settings.allowedOrigins) === 'foreign') {
    return { ok: false, why: 'foreign-origin' };
  }
  const address = countedAddress(socket.handshake.address);
  if (!account.buckets.connectionsPerAddress.take(address).ok) return { ok: false, why: 'too-many' };
  socket.data.visitor = {
    account,
    visitorId: visitorIdOf(account.context.account.id, parsed.data.token),
    address,
    handshake: parsed.data,
  };
  return { ok: true };
}
