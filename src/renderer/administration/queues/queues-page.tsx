/** Queues: their names, the time in which each channel is answered, and how much stands in them. */
import { Inbox, Plus } from 'lucide-react';
import { useState } from 'react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { channelName } from '../../console/channel-name.ts';
import { useQuery } from '../../console/use-query.ts';
import { Button } from '../../design/button.tsx';
import { EmptyState } from '../../design/states.tsx';
import { useFormat } from '../../i18n/format.ts';
import { type Text, useText } from '../../i18n/text.ts';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useHasLine, useRead } from '../use-administration.ts';
import { QueueForm } from './queue-form.tsx';

export type QueueShown = AdministrationOutput<'queues.list'>['queues'][number];
type Named = Pick<QueueShown, 'id' | 'name' | 'replyTargets'>;

/** See the file's head. */
export function QueuesPage() {
  const t = useText();
  const format = useFormat();
  const list = useRead('queues.list', {});
  const hasLine = useHasLine();
  const [open, setOpen] = useState<QueueShown | 'new' | null>(null);
  const named: Column<Named>[] = [
    { id: 'name', title: t('queues.name'), cell: (queue) => queue.name },
    { id: 'targets', title: t('queues.targets'), cell: (queue) => targetWords(queue.replyTargets, t) },
  ];
  const counted: Column<QueueShown>[] = [
    ...named,
    { id: 'people', title: t('queues.people'), isNumber: true, cell: (queue) => format.number(queue.people) },
    { id: 'accounts', title: t('queues.accounts'), isNumber: true, cell: (queue) => format.number(queue.accounts) },
    {
      id: 'conversations',
      title: t('queues.conversations'),
      isNumber: true,
      cell: (queue) => format.number(queue.conversations),
    },
  ];
  return (
    <Page
      title={t('administration.section.queues')}
      about={t('queues.about')}
      actions={
        <Button kind="solid" size="normal" icon={Plus} isDisabled={!hasLine} onPress={() => setOpen('new')}>
          {t('queues.new')}
        </Button>
      }
    >
      <Card>
        <Read of={list} offline={<SyncedQueues columns={named} />}>
          {({ queues }) =>
            queues.length === 0 ? (
              <EmptyState icon={Inbox} title={t('queues.none')} />
            ) : (
              <Table label={t('administration.section.queues')} columns={counted} rows={queues} onOpen={setOpen} />
            )
          }
        </Read>
      </Card>
      {open !== null && <QueueForm queue={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

/** What the device knows without a line. */
function SyncedQueues({ columns }: { columns: readonly Column<Named>[] }) {
  const t = useText();
  const queues = useQuery('settings.get', {}).data?.queues ?? [];
  return <Table label={t('administration.section.queues')} columns={columns} rows={queues} />;
}

function targetWords(targets: Named['replyTargets'], t: Text): string {
  const words = Object.entries(targets).map(([channel, minutes]) =>
    t('queues.target', { channel: channelName(channel as keyof Named['replyTargets'], t), minutes }),
  );
  return words.length === 0 ? t('queues.noTargets') : words.join(' · ');
}
