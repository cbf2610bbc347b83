/** For a mail that shows as signs without sense: has it read again by the charset that the agent chooses. */
import { useOrder } from '../console/use-order.ts';
import { TextButton } from '../design/button.tsx';
import { Menu } from '../design/overlays.tsx';
import { useText } from '../i18n/text.ts';
import { mailCharsets } from '../../shared/domain/mail-charset.ts';
import type { MessageId } from '../../shared/domain/ids.ts';

/** See the file's head. */
export function ReadAgain({ messageId }: { messageId: MessageId }) {
  const t = useText();
  const order = useOrder();
  return (
    <Menu
      label={t('mail.readAgain')}
      trigger={<TextButton className="!text-ink3">{t('mail.readAgain')}</TextButton>}
      lines={[
        { kind: 'head', label: t('mail.readAgainHead') },
        ...mailCharsets.map((charset) => ({
          kind: 'item' as const,
          id: charset,
          label: t(`mail.charset.${charset}`),
          onAction: () => void order((api) => api.conversations.rereadMail({ messageId, charset })),
        })),
      ]}
    />
  );
}
