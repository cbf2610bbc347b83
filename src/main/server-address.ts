/** The address of a server as a person or an administrator gives it. Hosts and core check it by this. */

/** What is wrong with an address. */
export type AddressFault = 'not-an-address' | 'not-encrypted';

/**
 * The origin of a server's address; a bare host name means https. Passwords and customers' words travel there, so
 * outside this computer it has to be https.
 */
export function readServerAddress(given: string): { origin: string } | { fault: AddressFault } {
  const text = given.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || !isHostName(url.hostname))
    return { fault: 'not-an-address' };
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol === 'http:' && !isHere) return { fault: 'not-encrypted' };
  return { origin: url.origin };
}

/** `https://desk` is a name in a company's own network; what a typing slip leaves, such as `https://@`, is none. */
function isHostName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !name.endsWith('..');
}
