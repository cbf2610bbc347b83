/** How the server is now: what must be looked at first, then connections, sending, background work and storage. */
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { ServerStatus } from '../../../shared/administration/status-calls.ts';
import { EmptyState } from '../../design/states.tsx';
import { useFormat } from '../../i18n/format.ts';
import { addWords, useText } from '../../i18n/text.ts';
import { channelsEn } from '../../i18n/words/channels-en.ts';
import { channelsJa } from '../../i18n/words/channels-ja.ts';
import { AccountState, AccountTimes } from '../channels/account-health.tsx';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useRead } from '../use-administration.ts';

// States and faults of connections are worded there.
addWords({ ja: channelsJa, en: channelsEn });

const EVERY_MS = 10_000;

/** Asks again every ten seconds while it is on screen. */
export function StatusPage() {
  const t = useText();
  const format = useFormat();
  const status = useRead('status.look', {});
  const { refetch } = status;
  useEffect(() => {
    const timer = setInterval(() => void refetch(), EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  const at = status.data?.readAt;
  return (
    <Page
      title={t('administration.section.status')}
      about={t('status.about')}
      actions={
        at !== undefined && (
          <span className="num text-12 text-ink3">{t('status.readAt', { at: format.timeWithSeconds(at) })}</span>
        )
      }
    >
      <Read of={status}>{(found) => <Found status={found} />}</Read>
    </Page>
  );
}

function Found({ status }: { status: ServerStatus }) {
  const t = useText();
  const format = useFormat();
  const { sending, database, disk, jobs, connectors, readAt } = status;
  const stamp = (at: number | null): string => (at === null ? t('status.none') : format.stamp(at, readAt));
  const accounts: Column<ServerStatus['connectors'][number]>[] = [
    { id: 'name', title: t('status.connector'), cell: (row) => row.name },
    { id: 'state', title: t('status.state'), cell: (row) => <AccountState state={row.state} /> },
    { id: 'times', title: t('status.times'), cell: (row) => <AccountTimes row={row} /> },
  ];
  const work: Column<ServerStatus['jobs'][number]>[] = [
    { id: 'name', title: t('status.job'), cell: ({ id }) => id },
    { id: 'due', title: t('status.due'), isNumber: true, cell: ({ due }) => format.number(due) },
    { id: 'failed', title: t('status.failed'), isNumber: true, cell: ({ failed }) => format.number(failed) },
    { id: 'done', title: t('status.lastDone'), isNumber: true, cell: ({ lastDoneAt }) => stamp(lastDoneAt) },
  ];
  return (
    <>
      <Alerts alerts={status.alerts} />
      <div className="grid grid-cols-2 gap-3">
        <Card title={t('status.sending')}>
          <Facts
            facts={[
              [t('status.waiting'), format.number(sending.waiting)],
              [t('status.oldest'), stamp(sending.oldestAt)],
              [t('status.needsReview'), format.number(sending.needsReview)],
              [t('status.imports'), format.number(status.imports)],
            ]}
          />
        </Card>
        <Card title={t('status.server')}>
          <Facts
            facts={[
              [t('status.consoles'), format.number(status.consoles)],
              [
                t('status.database', { engine: database.engine === 'pglite' ? 'PGlite' : 'PostgreSQL' }),
                format.size(database.bytes),
              ],
              [
                t('status.diskFree'),
                disk === null
                  ? t('status.none')
                  : t('status.diskOf', { free: format.size(disk.freeBytes), total: format.size(disk.totalBytes) }),
              ],
            ]}
          />
        </Card>
      </div>
      <Card title={t('status.connectors')}>
        {connectors.length === 0 ? (
          <EmptyState icon={CircleCheck} title={t('status.noConnectors')} />
        ) : (
          <Table label={t('status.connectors')} columns={accounts} rows={connectors} />
        )}
      </Card>
      <Card title={t('status.jobs')}>
        <Table label={t('status.jobs')} columns={work} rows={jobs} />
      </Card>
    </>
  );
}

function Alerts({ alerts }: { alerts: ServerStatus['alerts'] }) {
  const t = useText();
  if (alerts.length === 0)
    return (
      <p role="status" className="flex items-center gap-2 text-13 text-green">
        <CircleCheck size={16} aria-hidden className="shrink-0" />
        {t('status.well')}
      </p>
    );
  return (
    <section role="alert" className="rounded-xl border border-amber-line bg-amber-tint px-4 py-3 text-13 text-amber">
      <h2 className="flex items-center gap-2 font-bold">
        <TriangleAlert size={16} aria-hidden className="shrink-0" />
        {t('status.alerts')}
      </h2>
      <ul className="mt-1 grid grid-cols-1 gap-1">
        {alerts.map((alert) => (
          <li key={alert}>{t(`status.alert.${alert}`)}</li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 px-4 py-3 text-13">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink2">{name}</dt>
          <dd className="num text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
