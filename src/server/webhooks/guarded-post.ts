/**
 * Posts to an address that an administrator has typed in, and to no address inside: what a name stands for is looked up
 * once and judged, and that very address is called, so that a name cannot turn into another one in between. No redirect
 * is followed, no answer is read.
 */
import { lookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that lead to this machine or its neighbours. Source: IANA special-purpose address registries. */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address is one of this machine or of a network behind its router. IPv4 in IPv6 counts as IPv4. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  return family === 0 || inside.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

class AddressInside extends Error {
  override name = 'AddressInside';
  readonly code = 'address-inside';
}

const lookupOutside: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) {
      callback(error, '', 0);
      return;
    }
    const [first] = found;
    if (first === undefined || found.some(({ address }) => isInside(address))) callback(new AddressInside(), '', 0);
    else if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

const WITHIN_MS = 10_000;
/** The answer's status, or the name of what kept it from coming. */
export type Posted = { status: number } | { error: string };

/** @param mayBeInside addresses of this machine and its neighbours are allowed, as the operator has said */
export async function guardedPost(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  mayBeInside: boolean,
): Promise<Posted> {
  const { protocol, hostname } = new URL(url);
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (!mayBeInside && isIP(literal) !== 0 && isInside(literal)) return { error: 'address-inside' };
  return await new Promise((resolve) => {
    const request = (protocol === 'https:' ? secureRequest : plainRequest)(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        signal: AbortSignal.timeout(WITHIN_MS),
        ...(mayBeInside ? {} : { lookup: lookupOutside }),
      },
      (response) => {
        resolve({ status: response.statusCode ?? 0 });
        response.destroy();
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve({
        error: error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timeout' : (error.code ?? 'failed'),
      }),
    );
    request.end(body);
  });
}
