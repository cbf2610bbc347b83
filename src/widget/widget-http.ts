/** The widget's calls over HTTP: settings, files, the offline form. Turns every failure into a reason; never throws one. */
import {
  type OfflineForm,
  widgetHttpErrorSchema,
  type WidgetSettings,
  widgetSettingsSchema,
} from '../shared/widget-protocol.ts';

export type HttpOutcome = { ok: true } | { ok: false; why: string };

export type WidgetHttp = {
  /** Null when the server cannot be reached or does not know the account. */
  readSettings(): Promise<WidgetSettings | null>;
  sendFile(file: {
    token: string;
    name: string;
    bytes: Uint8Array<ArrayBuffer>;
    clientMessageId: string;
    visitorName: string;
  }): Promise<HttpOutcome>;
  sendOfflineForm(form: OfflineForm): Promise<HttpOutcome>;
  /** Throws when the file cannot be had. */
  readFile(token: string, attachmentId: string): Promise<Blob>;
};

/** Longest time of one upload, in ms: 10 MB over 1 Mbit/s take 80 s. */
const UPLOAD_TIMEOUT_MS = 120_000;
const CALL_TIMEOUT_MS = 15_000;

/** @param serverUrl origin of the server */
export function openWidgetHttp(serverUrl: string, account: string): WidgetHttp {
  const at = (path: string): URL => new URL(`/widget/accounts/${encodeURIComponent(account)}/${path}`, serverUrl);

  async function send(path: string, init: RequestInit, timeoutMs: number): Promise<HttpOutcome> {
    try {
      const answer = await fetch(at(path), {
        ...init,
        method: 'POST',
        signal: AbortSignal.timeout(timeoutMs),
        credentials: 'omit',
      });
      if (answer.ok) return { ok: true };
      const refusal = widgetHttpErrorSchema.safeParse(await answer.json().catch(() => null));
      return {
        ok: false,
        why: refusal.success ? refusal.data.error.why : answer.status === 413 ? 'file-too-large' : 'failed',
      };
    } catch {
      return { ok: false, why: 'offline' };
    }
  }

  return {
    async readSettings() {
      try {
        const answer = await fetch(at('settings'), {
          signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
          credentials: 'omit',
        });
        return answer.ok ? (widgetSettingsSchema.safeParse(await answer.json()).data ?? null) : null;
      } catch {
        return null;
      }
    },
    sendFile: (file) =>
      send(
        'files',
        {
          headers: {
            authorization: `Bearer ${file.token}`,
            'content-type': 'application/octet-stream',
            'x-client-message-id': file.clientMessageId,
            'x-file-name': encoded(file.name),
            'x-visitor-name': encoded(file.visitorName),
          },
          body: file.bytes,
        },
        UPLOAD_TIMEOUT_MS,
      ),
    sendOfflineForm: (form) =>
      send('offline', { headers: { 'content-type': 'application/json' }, body: JSON.stringify(form) }, CALL_TIMEOUT_MS),
    async readFile(token, attachmentId) {
      const answer = await fetch(at(`files/${encodeURIComponent(attachmentId)}`), {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
        credentials: 'omit',
      });
      if (!answer.ok) throw new Error('the file cannot be had');
      return answer.blob();
    },
  };
}

/** Percent-encoded; a half of a surrogate pair, which cannot be encoded, becomes the replacement character. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}
