/**
 * Brings the pictures and files of messages in, after the webhook was answered. What waits stands in the account's state,
 * so a restart goes on where the crash was; a content that never comes still becomes a message that says so.
 */
import type { ChannelContext } from '../channel-adapter.ts';
import { downloadContent } from './download-content.ts';
import type { LineSettings } from './line-settings.ts';
import type { LineState, WaitingContent } from './line-state.ts';

/** Waits before each further try, in ms: LINE prepares a video in seconds; an outage of ours may last half an hour. */
const PAUSES_MS = [500, 2_000, 5_000, 15_000, 60_000, 300_000, 1_800_000];

export type ContentFetcher = { wake(): void; stop(): Promise<void> };

const unavailable: Record<WaitingContent['kind'], string> = {
  image: '［画像を LINE から取得できませんでした］',
  video: '［動画を LINE から取得できませんでした］',
  audio: '［音声を LINE から取得できませんでした］',
  file: '［ファイルを LINE から取得できませんでした］',
};
const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'audio/x-m4a': 'm4a',
  'audio/aac': 'aac',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
};

/** @param pausesMs waits between tries; tests give shorter ones */
export function openContentFetcher(
  context: ChannelContext,
  settings: LineSettings,
  state: LineState,
  pausesMs: readonly number[] = PAUSES_MS,
): ContentFetcher {
  const underWay = new Map<string, Promise<void>>();
  const timers = new Map<string, NodeJS.Timeout>();
  let isStopped = false;

  async function fetchOne(content: WaitingContent): Promise<void> {
    const got = await downloadContent(settings.apiDataBaseUrl, settings.channelAccessToken, content.messageId);
    // Taken back while it was on its way.
    if (isStopped || state.wasUnsent(content.messageId)) return;
    const pause = pausesMs[content.tries];
    if (got.outcome === 'later' && pause !== undefined) {
      await state.setTries(content.messageId, content.tries + 1);
      timers.set(
        content.messageId,
        setTimeout(() => start(content.messageId), pause),
      );
      return;
    }
    if (got.outcome !== 'here') {
      context.log.warn('line.content-unavailable', {
        kind: content.kind,
        why: got.outcome === 'never' ? got.why : 'no-answer',
      });
    }
    const type = got.outcome === 'here' ? (got.type.split(';')[0] ?? '').trim().toLowerCase() : '';
    const name = content.fileName ?? `${content.kind}-${content.messageId}.${extensions[type] ?? 'bin'}`;
    await context.receiveMessage({
      externalId: content.messageId,
      threadId: content.threadId,
      author: { address: content.userId, displayName: content.displayName, isVerified: true },
      text: got.outcome === 'here' ? '' : unavailable[content.kind],
      html: null,
      detail: { kind: content.kind === 'image' ? 'image' : 'file' },
      subject: null,
      sentAt: content.sentAt,
      files: got.outcome === 'here' ? [{ name, declaredType: type, bytes: got.bytes, inlineCid: null }] : [],
      answersExternalIds: [],
      // The token has died while the content was fetched, or soon will: push is sure.
      replyToken: null,
      visibility: 'private',
      answerByMail: null,
    });
    await state.removeContent(content.messageId);
    if (state.wasUnsent(content.messageId)) await context.redactMessage(content.messageId);
  }

  function start(messageId: string): void {
    timers.delete(messageId);
    const content = state.contents().find((one) => one.messageId === messageId);
    if (isStopped || content === undefined || underWay.has(messageId)) return;
    const running = fetchOne(content)
      .catch((error: unknown) => {
        // Our own storage failed: the content still stands in the state.
        context.log.error('line.content-failed', { reason: error instanceof Error ? error.name : 'unknown' });
        if (!isStopped)
          timers.set(
            messageId,
            setTimeout(() => start(messageId), 5_000),
          );
      })
      .finally(() => underWay.delete(messageId));
    underWay.set(messageId, running);
  }

  return {
    wake() {
      for (const { messageId } of state.contents()) if (!timers.has(messageId)) start(messageId);
    },
    async stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(underWay.values());
    },
  };
}
