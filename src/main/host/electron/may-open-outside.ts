/** Decides which links of customers may be handed to the system's browser. Opens nothing. */
import { isIP } from 'node:net';

/** Names that belong to the computer or the network the agent sits in. RFC 6761, RFC 6762, RFC 8375. */
const INSIDE = /(?:^|\.)(?:localhost|local|internal|lan|home\.arpa|invalid|test)$/;

/**
 * The link as it may be opened, or undefined: only https and http, only a public name, without name and password. An address in
 * numbers is refused as a whole: it is either inside the agent's network or hides who is behind it.
 */
export function mayOpenOutside(link: string): string | undefined {
  const url = URL.parse(link);
  if ((url?.protocol !== 'https:' && url?.protocol !== 'http:') || url.username !== '' || url.password !== '')
    return undefined;
  // "example.jp." is the same host as "example.jp".
  const host = url.hostname.replace(/\.$/, '');
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0 || !host.includes('.') || INSIDE.test(host)) return undefined;
  return url.href;
}
