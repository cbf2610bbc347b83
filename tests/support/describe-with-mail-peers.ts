/** A suite that talks to a real mail server: runs where there is one, says in one line why not where there is none. */
import { describe, expect, test } from 'vitest';
import { missingPeers, peers } from './peers.ts';

/** Why no real mail server can be started here, or null. */
function whyNot(): string | null {
  const missing = missingPeers();
  if (peers.dovecot === undefined || peers.postfix === undefined) return `${missing.join(' and ')} not installed here`;
  // Both change to users of their own, as on any mail server.
  return process.getuid?.() === 0 ? null : 'Dovecot and Postfix are started by root only';
}

/** Like `describe`. Where the peers are missing and REQUIRE_PEERS is set, the suite is one failing test. */
export function describeWithMailPeers(title: string, suite: () => void): void {
  const reason = whyNot();
  if (reason !== null) {
    console.log(`skipped: ${title}, because ${reason}`);
    if ((process.env['REQUIRE_PEERS'] ?? '') !== '') {
      test(`${title}: the mail servers are here`, () => expect.fail(reason));
      return;
    }
  }
  describe.runIf(reason === null)(title, suite);
}
