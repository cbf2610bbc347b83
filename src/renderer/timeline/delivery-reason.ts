/** Says in words why a message did not go out. A reason of a newer server is shown by its name, so that it can be looked up. */
import { type Text, hasWords } from '../i18n/text.ts';

/** `reason` is a name such as `mailbox-full`; null gives no words. */
export function deliveryReason(reason: string | null, t: Text): string {
  if (reason === null) return '';
  const id = `reason.${reason}`;
  return hasWords(id) ? t(id) : t('reason.other', { name: reason });
}
