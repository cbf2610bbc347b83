/** Signs a body as LINE does: base64 of HMAC-SHA-256 under the channel secret (Messaging API, "Verify webhook signature"). */
import { createHmac } from 'node:crypto';

/** The value of `x-line-signature`. */
export function signLineBody(body: string | Uint8Array, channelSecret: string): string {
  return createHmac('sha256', channelSecret).update(body).digest('base64');
}
