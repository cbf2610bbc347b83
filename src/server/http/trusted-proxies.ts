/** Whose word about a caller's address is believed: that of the proxies which the operator has named, and nobody else's. */
import { BlockList, isIP } from 'node:net';

export type TrustedProxies = {
  /** Whether a connection from this address is one of the named proxies. */
  isOne(address: string): boolean;
  /**
   * The caller's own address: the connection's, or where that is a named proxy, the last one in X-Forwarded-For that
   * is not. What stands before it in the header was written by the caller.
   */
  callerOf(connectedFrom: string, forwardedFor: string | undefined): string;
};

/**
 * @param named addresses and networks such as `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`
 * @throws RangeError that names the entry which is neither
 */
export function trustProxies(named: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of named) {
    const [address = '', bits, ...more] = entry.split('/');
    const family = familyOf(address);
    const length = bits === undefined ? undefined : Number(bits);
    const longest = family === 'ipv4' ? 32 : 128;
    const isWhole = length === undefined || (/^\d{1,3}$/.test(bits ?? '') && length >= 1 && length <= longest);
    if (family === null || more.length > 0 || !isWhole) throw new RangeError(entry);
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, length, family);
  }
  function isOne(address: string): boolean {
    const plain = plainOf(address);
    const family = familyOf(plain);
    return family !== null && list.check(plain, family);
  }
  return {
    isOne,
    callerOf(connectedFrom, forwardedFor) {
      let caller = plainOf(connectedFrom);
      const hops = (forwardedFor ?? '').split(',').map((hop) => plainOf(hop.trim()));
      while (isOne(caller)) {
        const before = hops.pop();
        // A proxy that names nobody, or not by an address, speaks for itself.
        if (before === undefined || familyOf(before) === null) break;
        caller = before;
      }
      return caller;
    },
  };
}

/** An IPv4 caller of a socket that speaks both is written as `::ffff:192.0.2.1`. */
const plainOf = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
}
