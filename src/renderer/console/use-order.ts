/** Gives an order to the core and tells the agent when it was not taken. The order itself is a call of the contract. */
import { useCallback } from 'react';
import type { ConsoleApi } from '../../shared/console-api.ts';
import { notify } from '../design/notices.ts';
import { textNow } from '../i18n/text.ts';
import { useConsole } from './console-context.tsx';
import { wordsFor } from './words-for-refusal.ts';

/**
 * Returns `order(call)`: carries the call out and resolves to its answer, or, when the core refused, shows a notice that
 * stays and resolves to null. Use it wherever there is no better place for the words of a failure.
 */
export function useOrder(): <T>(call: (api: ConsoleApi) => Promise<T>) => Promise<T | null> {
  const api = useConsole();
  return useCallback(
    async (call) => {
      try {
        return await call(api);
      } catch (error) {
        const t = textNow();
        notify({ tone: 'failed', title: t('notices.notDone'), detail: wordsFor(error, t) });
        return null;
      }
    },
    [api],
  );
}
