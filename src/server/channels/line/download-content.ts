/** Fetches a picture or file of a message from LINE: from the one host that is allowed, without redirects, within limits. */

export type Downloaded =
  | { outcome: 'here'; bytes: Uint8Array; type: string }
  /** LINE is still preparing it, or cannot be reached now. */
  | { outcome: 'later' }
  | { outcome: 'never'; why: 'gone' | 'too-large' };

/** Largest content that is taken in, in bytes. LINE lets people send 300 MB; a desk needs pictures and papers. */
export const MAX_CONTENT_BYTES = 20 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 60_000;

/** Never throws. @param apiDataBaseUrl was checked against the allowed hosts when the settings were parsed */
export async function downloadContent(
  apiDataBaseUrl: string,
  accessToken: string,
  messageId: string,
): Promise<Downloaded> {
  try {
    const answer = await fetch(new URL(`/v2/bot/message/${encodeURIComponent(messageId)}/content`, apiDataBaseUrl), {
      headers: { authorization: `Bearer ${accessToken}` },
      // A redirect would carry us to a host that nobody allowed.
      redirect: 'error',
      signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
    });
    // 202: a video is being prepared. 404, 410: LINE has thrown it away, or its sender has.
    if (answer.status === 404 || answer.status === 410) return await left(answer, { outcome: 'never', why: 'gone' });
    if (answer.status !== 200 || answer.body === null) return await left(answer, { outcome: 'later' });
    if (Number(answer.headers.get('content-length') ?? 0) > MAX_CONTENT_BYTES) {
      return await left(answer, { outcome: 'never', why: 'too-large' });
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > MAX_CONTENT_BYTES) return { outcome: 'never', why: 'too-large' };
      chunks.push(chunk);
    }
    return {
      outcome: 'here',
      bytes: Buffer.concat(chunks),
      type: answer.headers.get('content-type') ?? 'application/octet-stream',
    };
  } catch {
    return { outcome: 'later' };
  }
}

/** Lets the connection go before giving the outcome back. */
async function left(answer: Response, outcome: Downloaded): Promise<Downloaded> {
  await answer.body?.cancel();
  return outcome;
}
