/** The one word for how the line stands. */
import type { Connection } from '../../shared/console-shapes.ts';
import { useText } from '../i18n/text.ts';

/** Empty until the core has answered. */
export function useStateWord(state: Connection['state'] | undefined): string {
  const t = useText();
  switch (state) {
    case undefined:
      return '';
    case 'online':
      return t('connection.level');
    case 'connecting':
      return t('connection.connecting');
    case 'catchingUp':
      return t('connection.catchingUp');
    case 'offline':
      return t('connection.offline');
    case 'readOnly':
      return t('connection.readOnly');
    case 'signedOut':
      return t('connection.signedOut');
  }
}
