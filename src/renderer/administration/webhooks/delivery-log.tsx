/** What was sent to one webhook lately, and what became of each; a row can be sent again. */
import { RotateCcw } from 'lucide-react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { Button } from '../../design/button.tsx';
import { Chip } from '../../design/chip.tsx';
import { useMinute } from '../../design/use-now.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.ts';
import { Card, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useChange, useHasLine, useRead } from '../use-administration.ts';
import type { WebhookShown } from './webhooks-page.tsx';

type Delivery = AdministrationOutput<'webhooks.deliveries'>['deliveries'][number];
const TONES = { done: 'green', waiting: 'accent', failed: 'red' } as const;

/** See the file's head. */
export function DeliveryLog({ webhook }: { webhook: WebhookShown }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const log = useRead('webhooks.deliveries', { id: webhook.id });
  const again = useChange('webhooks.sendAgain');
  const hasLine = useHasLine();
  const columns: Column<Delivery>[] = [
    { id: 'at', title: t('webhooks.at'), cell: ({ createdAt }) => format.stamp(createdAt, now) },
    { id: 'event', title: t('webhooks.what'), cell: ({ event }) => t(`webhooks.event.${event}`) },
    {
      id: 'state',
      title: t('webhooks.state'),
      cell: ({ state }) => <Chip tone={TONES[state]}>{t(`webhooks.delivery.${state}`)}</Chip>,
    },
    {
      id: 'answer',
      title: t('webhooks.answer'),
      cell: ({ lastStatus, lastError }) => <span className="num">{lastStatus ?? lastError ?? ''}</span>,
    },
    { id: 'tries', title: t('webhooks.tries'), isNumber: true, cell: ({ tries }) => format.number(tries) },
    {
      id: 'again',
      title: t('webhooks.acts'),
      cell: ({ id }) => (
        <Button
          icon={RotateCcw}
          isDisabled={!hasLine || again.isSending}
          onPress={() => void again.send({ deliveryId: id })}
        >
          {t('webhooks.sendAgain')}
        </Button>
      ),
    },
  ];
  const title = t('webhooks.log', { name: webhook.name });
  return (
    <Card title={title}>
      <Read of={log}>
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <p className="px-4 py-3 text-13 text-ink3">{t('webhooks.nothingSent')}</p>
          ) : (
            <Table label={title} columns={columns} rows={deliveries} />
          )
        }
      </Read>
    </Card>
  );
}
