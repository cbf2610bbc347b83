/**
 * Says whether a mail really comes from the domain that its sender shows: from the header of our own mail server where
 * one is trusted, else by checking DKIM, SPF and DMARC here. Null = nobody knows, which is shown as "not checked".
 * Refuses nothing: the agent sees the result.
 */
import { promises as dns } from 'node:dns';
import { authenticate, type DNSResolver } from 'mailauth';
import type { MailSettings } from './mail-settings.ts';

export type DmarcResult = 'pass' | 'fail' | 'none' | null;

/** What is needed of a mail that has been read. */
export type DmarcQuestion = { raw: Buffer; authenticationResults: string[]; dkimSignatures: number };

/** A mail with more signatures than that wants our time, not our trust. RFC 6376, 8.4 allows to look at some only. */
const MAX_SIGNATURES = 10;

/** All questions to the DNS for one mail together, in milliseconds. */
const WITHIN_MS = 8_000;

/** Asks the system's name servers, briefly. */
export function systemResolver(): DNSResolver {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 });
  return (name, type) => resolver.resolve(name, type) as Promise<string[][] | string[]>;
}

/**
 * Checks one mail.
 * @param resolve asks the DNS; tests pass their own
 */
export async function checkDmarc(
  mail: DmarcQuestion,
  how: MailSettings['dmarc'],
  resolve: DNSResolver,
): Promise<DmarcResult> {
  switch (how.mode) {
    case 'off':
      return null;
    case 'trustedHeader':
      return readTrustedHeader(mail.authenticationResults, how.authServId);
    case 'dns':
      return mail.dkimSignatures > MAX_SIGNATURES ? null : await checkByDns(mail.raw, resolve);
  }
}

/**
 * The result in the topmost header of that server. Only the topmost field counts: what stands under it may have been
 * there when the mail came in (RFC 8601, 7.1).
 */
export function readTrustedHeader(fields: string[], authServId: string): DmarcResult {
  const top = withoutComments(fields[0] ?? '');
  const [server = '', ...results] = top.split(';').map((part) => part.trim());
  if (server.split(/\s/)[0]?.toLowerCase() !== authServId.toLowerCase()) return null;
  const dmarc = results
    .map((result) => /^dmarc\s*=\s*([a-z]+)/i.exec(result)?.[1]?.toLowerCase())
    .find((word) => word !== undefined);
  return toResult(dmarc);
}

async function checkByDns(raw: Buffer, resolve: DNSResolver): Promise<DmarcResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), WITHIN_MS);
    timer.unref();
  });
  try {
    const checked = authenticate(raw, { trustReceived: true, resolver: resolve, disableArc: true, disableBimi: true });
    const result = await Promise.race([checked, late]);
    return result === null || !result.dmarc ? null : toResult(result.dmarc.status.result);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Errors of the DNS (`temperror`) are no verdict about the sender. */
function toResult(word: string | undefined): DmarcResult {
  return word === 'pass' || word === 'fail' || word === 'none' ? word : null;
}

function withoutComments(value: string): string {
  let depth = 0;
  let kept = '';
  for (const character of value) {
    if (character === '(') depth += 1;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += character;
  }
  return kept;
}
