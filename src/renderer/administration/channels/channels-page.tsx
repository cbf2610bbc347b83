/** Channel accounts: what brings work in, how each is now, and the way to make another. */
import { Cable, Plus } from 'lucide-react';
import { useState } from 'react';
import { type AccountChannel, accountChannels } from '../../../shared/administration/channel-forms.ts';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import type { ChannelOnWire } from '../../../shared/domain/channel.ts';
import { channelName } from '../../console/channel-name.ts';
import { useQuery } from '../../console/use-query.ts';
import { Button } from '../../design/button.tsx';
import { Menu } from '../../design/overlays.tsx';
import { EmptyState } from '../../design/states.tsx';
import { addWords, useText } from '../../i18n/text.ts';
import { channelsEn } from '../../i18n/words/channels-en.ts';
import { channelsJa } from '../../i18n/words/channels-ja.ts';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useHasLine, useRead } from '../use-administration.ts';
import { AccountDialog, NewAccount } from './account-dialog.tsx';
import { AccountState, AccountTimes } from './account-health.tsx';

addWords({ ja: channelsJa, en: channelsEn });

type Listed = AdministrationOutput<'channelAccounts.list'>['accounts'][number];
type Open = { kind: 'new'; channel: AccountChannel } | { kind: 'account'; account: Listed } | null;

/** See the file's head. */
export function ChannelsPage() {
  const t = useText();
  const list = useRead('channelAccounts.list', {});
  const hasLine = useHasLine();
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const canBeSetUp = ({ channel }: Listed): boolean => accountChannels.some((one) => one === channel);
  return (
    <Page
      title={t('administration.section.channels')}
      about={t('channels.about')}
      actions={
        <Menu
          label={t('channels.new')}
          trigger={
            <Button kind="solid" size="normal" icon={Plus} isDisabled={!hasLine}>
              {t('channels.new')}
            </Button>
          }
          lines={accountChannels.map((channel) => ({
            kind: 'item',
            id: channel,
            label: channelName(channel, t),
            note: t(`channels.newNote.${channel}`),
            onAction: () => setOpen({ kind: 'new', channel }),
          }))}
        />
      }
    >
      <Card>
        <Read of={list} offline={<SyncedAccounts />}>
          {({ accounts }) =>
            accounts.length === 0 ? (
              <EmptyState icon={Cable} title={t('channels.none')}>
                {t('channels.noneMore')}
              </EmptyState>
            ) : (
              <AccountTable
                accounts={accounts}
                onOpen={(account) => canBeSetUp(account) && setOpen({ kind: 'account', account })}
              />
            )
          }
        </Read>
      </Card>
      {open?.kind === 'new' && <NewAccount channel={open.channel} onClose={close} />}
      {open?.kind === 'account' && <AccountDialog id={open.account.id} name={open.account.name} onClose={close} />}
    </Page>
  );
}

type Shown = Pick<Listed, 'id' | 'channel' | 'name' | 'address'> & { queueId?: Listed['queueId'] };

function AccountTable<T extends Shown>({
  accounts,
  onOpen,
}: {
  accounts: readonly T[];
  onOpen?: (account: T) => void;
}) {
  const t = useText();
  const settings = useQuery('settings.get', {}).data;
  const rows = new Map(settings?.channelAccounts.map((row) => [row.id, row]));
  const queues = new Map(settings?.queues.map((queue) => [queue.id, queue.name]));
  const columns: Column<T>[] = [
    { id: 'name', title: t('channels.name'), cell: (account) => account.name },
    {
      id: 'channel',
      title: t('channels.channel'),
      cell: ({ channel, address }) => (
        <span>
          {channelName(channel as ChannelOnWire, t)}
          <span className="num block text-12 break-all text-ink3">{address}</span>
        </span>
      ),
    },
    {
      id: 'queue',
      title: t('channels.queue'),
      cell: ({ queueId }) => (queueId === undefined ? '' : (queues.get(queueId) ?? '')),
    },
    {
      id: 'state',
      title: t('channels.stateTitle'),
      cell: ({ id }) => {
        const row = rows.get(id);
        return row === undefined ? '' : <AccountState state={row.state} />;
      },
    },
    {
      id: 'times',
      title: t('channels.times'),
      cell: ({ id }) => {
        const row = rows.get(id);
        return row === undefined ? '' : <AccountTimes row={row} />;
      },
    },
  ];
  return <Table label={t('administration.section.channels')} columns={columns} rows={accounts} onOpen={onOpen} />;
}

/** What the device knows without a line. */
function SyncedAccounts() {
  const accounts = useQuery('settings.get', {}).data?.channelAccounts ?? [];
  return <AccountTable accounts={accounts} />;
}
