/** Says in words why a call was not carried out, and gives the code that support can look up. Decides nothing. */
import { CallRefused } from '../../shared/console-client.ts';
import type { RefusalReason } from '../../shared/console-frames.ts';
import type { MessageId, Text } from '../i18n/text.ts';

const WORDS: Record<RefusalReason, MessageId> = {
  'unknown-method': 'refusal.failed',
  'bad-input': 'refusal.badInput',
  refused: 'refusal.refused',
  offline: 'refusal.offline',
  'signed-out': 'refusal.signedOut',
  'not-found': 'refusal.notFound',
  'not-allowed': 'refusal.notAllowed',
  'wrong-password': 'refusal.wrongPassword',
  'weak-password': 'refusal.weakPassword',
  'code-needed': 'refusal.codeNeeded',
  'wrong-code': 'refusal.wrongCode',
  locked: 'refusal.locked',
  'too-many-attempts': 'refusal.tooManyAttempts',
  'too-large': 'refusal.tooLarge',
  'outbox-not-empty': 'refusal.outboxNotEmpty',
  'storage-full': 'refusal.storageFull',
  'read-only': 'refusal.readOnly',
  'key-lost': 'refusal.keyLost',
  'device-revoked': 'refusal.deviceRevoked',
  'bad-address': 'refusal.badAddress',
  'not-encrypted': 'refusal.notEncrypted',
  'no-server': 'refusal.noServer',
  failed: 'refusal.failed',
};

/** Why the core refused, or `failed` for anything that is not a refusal. */
export function reasonOf(error: unknown): RefusalReason {
  return error instanceof CallRefused ? error.refusal.why : 'failed';
}

/** One sentence: what happened and what can be done. */
export function wordsFor(error: unknown, t: Text): string {
  return t(WORDS[reasonOf(error)]);
}

/** `inbox.rows/failed`: names the call and the reason, never any text of a customer. */
export function codeOf(error: unknown): string {
  return error instanceof CallRefused
    ? `${error.method}/${error.refusal.why}`
    : `window/${error instanceof Error ? error.name : 'unknown'}`;
}
