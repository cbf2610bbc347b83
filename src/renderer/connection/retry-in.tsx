/** Counts down to the next try to reach the server. */
import { useNow } from '../design/use-now.ts';
import { useText } from '../i18n/text.ts';

/** `at` is a time of this PC's own clock. Not read out each second: the words around it have been. */
export function RetryIn({ at }: { at: number }) {
  const t = useText();
  useNow();
  const left = Math.ceil((at - Date.now()) / 1000);
  if (left <= 0) return null;
  return (
    <span aria-hidden className="num">
      {t('offline.retryIn', { seconds: left })}
    </span>
  );
}
