/** Who a visitor is and where from: by a secret, by an Origin, by an address. Pure; it stores nothing and trusts no header by itself. */
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/**
 * The visitor's name on this channel: a hash of the secret that only their browser holds. Nobody who reads the name, in
 * the console or in a log, can speak for the visitor; and the same browser is another visitor on another account.
 */
export function visitorIdOf(accountId: string, token: string): string {
  return `v${createHash('sha256').update(`kanade-visitor:${accountId}:${token}`).digest('hex').slice(0, 32)}`;
}

export type OriginVerdict = 'none' | 'own' | 'allowed' | 'foreign';

/**
 * Whether a page may talk to the widget's part of this server. The widget's own frame comes from this server (`own`);
 * programs that are no browser send no Origin (`none`).
 * @param origin the Origin header
 * @param host the Host header of the same request
 */
export function judgeOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): OriginVerdict {
  if (origin === undefined) return 'none';
  if (!URL.canParse(origin)) return 'foreign';
  if (host !== undefined && new URL(origin).host === host.toLowerCase()) return 'own';
  return allowed.includes(origin) ? 'allowed' : 'foreign';
}

/**
 * What is counted for the limits. For IPv6 it is the /64 network, since one household has the whole of it.
 * @param address of the caller, behind the proxies that the operator named
 */
export function countedAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIPv6(plain) ? networkOf(plain) : plain;
}

function networkOf(address: string): string {
  const [left = '', right] = address.toLowerCase().split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const groups =
    right === undefined
      ? head
      : [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
