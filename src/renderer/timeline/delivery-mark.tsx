/** Where an outgoing message stands on its ladder, in a sign and a word. What a person must decide is said elsewhere. */
import { Check, CheckCheck, CircleAlert, Clock, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import type { OutboxRow } from '../../shared/console-shapes.ts';
import type { DeliveryState } from '../../shared/domain/message.ts';
import { useText } from '../i18n/text.ts';

type State = DeliveryState | OutboxRow['state'];

/** `queued` is ours when it waits on this device and the server's when it waits there: to the agent it is one state. */
export const DeliveryMark = memo(function DeliveryMark({ state }: { state: State }) {
  const t = useText();
  switch (state) {
    case 'queued':
    case 'blocked':
      return (
        <span className="flex items-center gap-0.5 font-bold text-amber">
          <Clock size={12} aria-hidden />
          {t('delivery.queued')}
        </span>
      );
    case 'sending':
    case 'applied':
      return (
        <span className="flex items-center gap-0.5">
          <Clock size={12} aria-hidden />
          {t('delivery.sending')}
        </span>
      );
    case 'accepted':
      return (
        <span className="flex items-center gap-0.5">
          <Clock size={12} aria-hidden />
          {t('delivery.accepted')}
        </span>
      );
    case 'sent':
      return (
        <span className="flex items-center gap-0.5">
          <Check size={13} aria-hidden />
          {t('delivery.sent')}
        </span>
      );
    case 'delivered':
      return (
        <span className="flex items-center gap-0.5">
          <CheckCheck size={13} aria-hidden />
          {t('delivery.delivered')}
        </span>
      );
    case 'read':
      return <span>{t('delivery.read')}</span>;
    case 'needsReview':
      return (
        <span className="flex items-center gap-0.5 font-bold text-amber">
          <CircleAlert size={12} aria-hidden />
          {t('delivery.needsReview')}
        </span>
      );
    case 'failed':
    case 'refused':
      return (
        <span className="flex items-center gap-0.5 font-bold text-red">
          <TriangleAlert size={12} aria-hidden />
          {t(`delivery.${state}`)}
        </span>
      );
  }
});
