/**
 * What the test of a channel account can find. Each reason has its sentence in the window (`channelTest.<reason>`); the
 * facts that stand in it are names and numbers, never a secret and never a word of a customer.
 */
import { z } from 'zod';

export const findingSteps = [
  'settings',
  'imap',
  'smtp',
  'sentFolder',
  'lineToken',
  'lineSecret',
  'lineWebhook',
  'ownWebhook',
  'widget',
  'sites',
  'hours',
] as const;
export type FindingStep = (typeof findingSteps)[number];

/** Faults that IMAP and SMTP share; each is a reason as `imap-…` and `smtp-…`. */
export const mailFaults = [
  'authentication-failed',
  'app-password-needed',
  'password-login-off',
  'connection-refused',
  'host-not-found',
  'connection-lost',
  'timeout',
  'certificate-expired',
  'certificate-not-trusted',
  'certificate-wrong-name',
  'tls-on-plain-port',
  'plain-on-tls-port',
  'tls-failed',
  'tls-not-offered',
  'mailbox-missing',
  'protocol-error',
] as const;
export type MailFault = (typeof mailFaults)[number];

export const findingReasons = [
  'ok',
  ...mailFaults,
  'no-sent-folder',
  'line-token-invalid',
  'line-secret-wrong',
  'line-secret-unproven',
  'line-other-channel',
  'line-unreachable',
  'line-timeout',
  'line-answered',
  'line-webhook-missing',
  'line-webhook-elsewhere',
  'line-webhook-off',
  'line-webhook-signature',
  'line-webhook-unreachable',
  'line-webhook-answered',
  'save-first',
  'is-paused',
  'not-running',
  'widget-not-built',
  'no-sites',
  'open-now',
  'closed-now',
  'secret-missing',
] as const;
export type FindingReason = (typeof findingReasons)[number];

export const findingSchema = z.object({
  step: z.enum(findingSteps),
  /** `notice`: it works, and there is something to know. `skipped`: could not be tried yet. */
  outcome: z.enum(['ok', 'failed', 'notice', 'skipped']),
  reason: z.enum(findingReasons),
  facts: z.record(z.string().max(40), z.string().max(300)),
});
export type Finding = z.output<typeof findingSchema>;
