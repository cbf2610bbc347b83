/** Webhooks: which other systems are told what happens here, and what became of it. */
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { Button } from '../../design/button.tsx';
import { Chip } from '../../design/chip.tsx';
import { EmptyState } from '../../design/states.tsx';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.ts';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useHasLine, useRead } from '../use-administration.ts';
import { DeliveryLog } from './delivery-log.tsx';
import { WebhookForm } from './webhook-form.tsx';

export type WebhookShown = AdministrationOutput<'webhooks.list'>['webhooks'][number];

/** A webhook is opened for its settings; its log stands below the list. */
export function WebhooksPage() {
  const t = useText();
  const format = useFormat();
  const list = useRead('webhooks.list', {});
  const hasLine = useHasLine();
  const [open, setOpen] = useState<WebhookShown | 'new' | null>(null);
  const columns: Column<WebhookShown>[] = [
    { id: 'name', title: t('webhooks.name'), cell: ({ name }) => name },
    { id: 'url', title: t('webhooks.url'), cell: ({ url }) => <span className="num break-all">{url}</span> },
    {
      id: 'events',
      title: t('webhooks.events'),
      cell: ({ events }) => events.map((event) => t(`webhooks.event.${event}`)).join(' · '),
    },
    {
      id: 'state',
      title: t('webhooks.state'),
      cell: ({ isPaused }) => (
        <Chip tone={isPaused ? 'ink' : 'green'}>{t(isPaused ? 'webhooks.paused' : 'webhooks.on')}</Chip>
      ),
    },
    { id: 'waiting', title: t('webhooks.waiting'), isNumber: true, cell: ({ waiting }) => format.number(waiting) },
    { id: 'failed', title: t('webhooks.failed'), isNumber: true, cell: ({ failed }) => format.number(failed) },
  ];
  return (
    <Page
      title={t('administration.section.webhooks')}
      about={t('webhooks.about')}
      actions={
        <Button kind="solid" size="normal" icon={Plus} isDisabled={!hasLine} onPress={() => setOpen('new')}>
          {t('webhooks.new')}
        </Button>
      }
    >
      <Read of={list}>
        {({ webhooks }) =>
          webhooks.length === 0 ? (
            <Card>
              <EmptyState icon={Webhook} title={t('webhooks.none')} />
            </Card>
          ) : (
            <>
              <Card>
                <Table
                  label={t('administration.section.webhooks')}
                  columns={columns}
                  rows={webhooks}
                  onOpen={setOpen}
                  isMuted={({ isPaused }) => isPaused}
                />
              </Card>
              {webhooks.map((webhook) => (
                <DeliveryLog key={webhook.id} webhook={webhook} />
              ))}
            </>
          )
        }
      </Read>
      {open !== null && <WebhookForm webhook={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}
