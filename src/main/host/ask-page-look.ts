/** Asks the core how the page shall look before its first script runs. Never makes anyone wait for long. */
import { consoleContract } from '../../shared/console-api.ts';
import { connectConsole } from '../../shared/console-client.ts';
import type { FramePort } from '../../shared/console-frames.ts';
import type { PageLook } from './serve-renderer.ts';

const ANSWER_WITHIN_MS = 1_500;
const FIRST_LOOK: PageLook = { language: 'ja', theme: 'system' };

/** The last look that the core told, or the first one while it has not told any. */
export function askPageLook(port: FramePort): () => Promise<PageLook> {
  const api = connectConsole(consoleContract, port);
  let last = FIRST_LOOK;
  return () =>
    new Promise((resolve) => {
      const late = setTimeout(() => resolve(last), ANSWER_WITHIN_MS);
      void api.device
        .get({})
        .then(({ language, theme }) => {
          last = { language, theme };
        })
        .catch(() => undefined)
        .finally(() => {
          clearTimeout(late);
          resolve(last);
        });
    });
}
