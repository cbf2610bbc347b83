/** Posts events to a webhook as the platform does: one body, signed over its bytes. Repeats nothing by itself. */
import { signLineBody } from '../../../channels/line/sign-line-body.ts';

export type WebhookAnswer = { status: number };

/** Throws when the webhook cannot be reached. */
export async function sendWebhook(
  url: string,
  account: { channelSecret: string; botUserId: string },
  events: Record<string, unknown>[],
): Promise<WebhookAnswer> {
  const body = JSON.stringify({ destination: account.botUserId, events });
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'LineBotWebhook/2.0',
      'x-line-signature': signLineBody(body, account.channelSecret),
    },
    body,
    signal: AbortSignal.timeout(30_000),
  });
  await answer.body?.cancel();
  return { status: answer.status };
}
