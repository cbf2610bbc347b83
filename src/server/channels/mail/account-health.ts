/**
 * Puts together how the two halves of a mail account are: reading (IMAP) and sending (SMTP). One that fails makes the
 * account failing; it runs again when both do. Tells changes at once and successes at most once a minute.
 */
import type { Clock } from '../../../shared/domain/clock.ts';
import type { AccountHealth } from '../channel-adapter.ts';
import type { MailError } from './name-mail-error.ts';

export type Half = 'imap' | 'smtp';

export type MailHealth = {
  works(half: Half): Promise<void>;
  fails(half: Half, error: MailError): Promise<void>;
};

/** How often a success is told again, in milliseconds: "last success" on screen is at most that old. */
const TELL_EVERY_MS = 60_000;

/**
 * Starts with both halves unknown: `starting` until reading has worked once.
 * @param report where the state goes; a report that cannot be stored is nothing that mail has to stop for
 */
export function createMailHealth(clock: Clock, report: (health: AccountHealth) => Promise<void>): MailHealth {
  const errors: Record<Half, MailError | null> = { imap: null, smtp: null };
  let hasRead = false;
  let told = '';
  let toldAt = 0;

  async function tell(isSuccess: boolean): Promise<void> {
    const error = errors.imap ?? errors.smtp;
    const health: AccountHealth =
      error !== null
        ? { state: 'failing', error: `${error.name}: ${error.sentence}` }
        : { state: hasRead ? 'running' : 'starting' };
    const words = JSON.stringify(health);
    const isDue = isSuccess && error === null && clock.now() - toldAt >= TELL_EVERY_MS;
    if (words === told && !isDue) return;
    told = words;
    toldAt = clock.now();
    await report(health);
  }

  return {
    async works(half) {
      errors[half] = null;
      if (half === 'imap') hasRead = true;
      await tell(true);
    },
    async fails(half, error) {
      errors[half] = error;
      await tell(false);
    },
  };
}
