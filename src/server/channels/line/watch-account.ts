/** Looks after an account of LINE: is the token good, is it the account that we think, how much of the month is left. */
import { HTTPFetchError } from '@line/bot-sdk';
import type { ChannelContext } from '../channel-adapter.ts';
import type { LineSettings } from './line-settings.ts';
import type { LineApi } from './open-line-api.ts';

/** How often all is looked at when it is well, when it is not, and after a sending, in ms. */
const EVERY_MS = 10 * 60_000;
const WHILE_FAILING_MS = 30_000;
const AFTER_SENDING_MS = 1_000;

export type AccountWatch = { soon(): void; stop(): Promise<void> };

/**
 * Begins at once, in the background. A provider that is down makes the account `failing`, never an error.
 * @param settings its botUserId is filled in when it is not known yet
 */
export function watchAccount(
  context: ChannelContext,
  api: LineApi,
  settings: Pick<LineSettings, 'botUserId'>,
): AccountWatch {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;
  let isKnownToBeOurs = false;

  async function look(): Promise<void> {
    let next = EVERY_MS;
    try {
      if (!(await isOurs())) {
        await context.reportHealth({
          state: 'failing',
          error: 'line-other-account: the access token belongs to another botUserId',
        });
        plan(WHILE_FAILING_MS);
        return;
      }
      await context.reportQuota(await api.quota());
      await context.reportHealth({ state: 'running' });
    } catch (error) {
      next = WHILE_FAILING_MS;
      await context.reportHealth({ state: 'failing', error: nameOf(error) }).catch(() => undefined);
    }
    plan(next);
  }
  async function isOurs(): Promise<boolean> {
    if (isKnownToBeOurs) return true;
    const { userId } = await api.account();
    settings.botUserId ??= userId;
    isKnownToBeOurs = userId === settings.botUserId;
    return isKnownToBeOurs;
  }
  function plan(afterMs: number): void {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => {
      looking = looking.then(look);
    }, afterMs);
    timer.unref();
  }
  looking = look();

  return {
    soon: () => plan(AFTER_SENDING_MS),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

function nameOf(error: unknown): string {
  if (error instanceof HTTPFetchError)
    return error.status === 401 ? 'line-token-invalid' : `line-answered-${error.status}`;
  return error instanceof Error && error.name === 'LineTimeout' ? 'line-timeout' : 'line-unreachable';
}
