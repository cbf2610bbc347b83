/** What an agent can set on this device, and how the accounts stand that bring the work in. */
import { CircleAlert, CircleCheck, CircleOff, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Device } from '../../shared/console-shapes.ts';
import type { ChannelAccountRow } from '../../shared/domain/rows.ts';
import { channels, limitsOf } from '../../shared/domain/channel.ts';
import { HOLD_CHOICES_S } from '../../shared/domain/hold.ts';
import { STORAGE_CHOICES_GB } from '../../shared/domain/retention.ts';
import { AccountLines } from '../account/account-card.tsx';
import { FactorLines } from '../account/factor-lines.tsx';
import { channelName } from '../console/channel-name.ts';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Chip } from '../design/chip.tsx';
import { Segments } from '../design/segments.tsx';
import { EmptyState, ErrorState } from '../design/states.tsx';
import { Toggle } from '../design/toggle.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { LANGUAGES, languageName, TEXT_SIZES, THEMES, themeName, useDevice } from '../session/appearance.tsx';
import { useLetterKeys } from '../session/letter-keys.ts';
import { DataKey } from './data-key.tsx';

/** See the file's head. */
export function SettingsScreen() {
  const t = useText();
  return (
    <main className="scroll-thin min-w-0 flex-1 overflow-y-auto bg-canvas">
      <div className="mx-auto grid max-w-[60rem] gap-3 p-5">
        <h1 className="text-18 font-bold">{t('settings.title')}</h1>
        <Appearance />
        <Card title={t('account.title')}>
          <AccountLines />
          <FactorLines />
        </Card>
        <Storage />
        <Accounts />
      </div>
    </main>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-xl border border-line bg-surface">
      <h2 className="border-b border-line px-4 py-2.5 text-14 font-bold">{title}</h2>
      {children}
    </section>
  );
}

function Appearance() {
  const t = useText();
  const [device, change] = useDevice();
  const [letterKeys, setLetterKeys] = useLetterKeys();
  return (
    <Card title={t('settings.appearance')}>
      <div className="flex flex-wrap gap-x-8 gap-y-4 px-4 py-3.5">
        <Segments
          label={t('settings.language')}
          chosen={device.language}
          onChoose={(language) => change({ language })}
          choices={LANGUAGES.map((id) => ({ id, label: languageName(id, t) }))}
        />
        <Segments
          label={t('settings.theme')}
          chosen={device.theme}
          onChoose={(theme) => change({ theme })}
          choices={THEMES.map((id) => ({ id, label: themeName(id, t) }))}
        />
        <Segments
          label={t('settings.textSize')}
          chosen={String(device.textSize)}
          onChoose={(size) => {
            const textSize = TEXT_SIZES.find((each) => String(each) === size);
            if (textSize !== undefined) change({ textSize });
          }}
          choices={TEXT_SIZES.map((size) => ({ id: String(size), label: t('settings.percent', { percent: size }) }))}
        />
      </div>
      <Holds device={device} change={change} />
      <div className="grid gap-3 border-t border-line px-4 py-3">
        <Toggle
          isOn={device.enterSends}
          onChange={(enterSends) => change({ enterSends })}
          more={t('settings.enterSendsMore')}
        >
          {t('settings.enterSends')}
        </Toggle>
        <Toggle isOn={letterKeys} onChange={setLetterKeys} more={t('settings.letterKeysMore')}>
          {t('settings.letterKeys')}
        </Toggle>
      </div>
    </Card>
  );
}

/** How long a reply can be taken back, for the channels on which one can answer. */
function Holds({ device, change }: { device: Device; change: (change: Partial<Device>) => void }) {
  const t = useText();
  return (
    <div role="group" aria-labelledby="settings-holds" className="border-t border-line px-4 py-3">
      <p id="settings-holds" className="text-13 font-bold">
        {t('settings.holds')}
      </p>
      <p className="mt-0.5 mb-2.5 text-12 text-ink3">{t('settings.holdsMore')}</p>
      <div className="flex flex-wrap gap-x-8 gap-y-4">
        {channels
          .filter((channel) => limitsOf(channel).canReply)
          .map((channel) => (
            <Segments
              key={channel}
              label={channelName(channel, t)}
              chosen={String(device.holds[channel] ?? 0)}
              onChoose={(seconds) => {
                const chosen = HOLD_CHOICES_S.find((each) => String(each) === seconds);
                if (chosen !== undefined) change({ holds: { ...device.holds, [channel]: chosen } });
              }}
              choices={HOLD_CHOICES_S.map((seconds) => ({
                id: String(seconds),
                label: seconds === 0 ? t('settings.holdNone') : t('settings.holdSeconds', { seconds }),
              }))}
            />
          ))}
      </div>
    </div>
  );
}

/** How large the local copy is and what it keeps. */
function Storage() {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const [device, change] = useDevice();
  const storage = useQuery('storage.get', {}).data;
  const used = storage === undefined ? 0 : storage.copyBytes + storage.searchBytes;
  return (
    <Card title={t('storage.title')}>
      <div className="flex flex-wrap items-start gap-x-8 gap-y-4 px-4 py-3.5">
        <Segments
          label={t('storage.cap')}
          chosen={String(device.storageGb)}
          onChoose={(gb) => {
            const storageGb = STORAGE_CHOICES_GB.find((each) => String(each) === gb);
            if (storageGb !== undefined) change({ storageGb });
          }}
          choices={STORAGE_CHOICES_GB.map((gb) => ({ id: String(gb), label: t('storage.gb', { gb }) }))}
        />
        {storage !== undefined && (
          <div className="min-w-60 flex-1">
            <p className="num text-13 font-bold">
              {t('storage.used', { used: format.size(used), cap: format.size(storage.capBytes) })}
            </p>
            <div aria-hidden className="edge-forced mt-1.5 h-2 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-accent"
                style={{ width: `${Math.min(100, Math.max(1, (used / storage.capBytes) * 100))}%` }}
              />
            </div>
            <p className="num mt-1.5 text-12 text-ink3">
              {t('storage.parts', {
                copy: format.size(Math.max(0, storage.copyBytes - storage.filesBytes)),
                search: format.size(storage.searchBytes),
                files: format.size(storage.filesBytes),
              })}
            </p>
          </div>
        )}
      </div>
      {storage !== undefined && (
        <div className="num grid gap-1 border-t border-line px-4 py-3 text-12 text-ink2">
          <p>{t('storage.keeps', { days: storage.keepDays })}</p>
          <p className="font-bold">
            {storage.incompleteUpto === null
              ? t('storage.whole')
              : t('storage.incomplete', {
                  count: format.number(storage.incomplete),
                  day: format.shortDay(storage.incompleteUpto, now),
                })}
          </p>
        </div>
      )}
      <DataKey />
    </Card>
  );
}

function Accounts() {
  const t = useText();
  const settings = useQuery('settings.get', {});
  const accounts = settings.data?.channelAccounts ?? [];
  return (
    <Card title={t('accounts.title')}>
      {settings.isError && settings.data === undefined ? (
        <ErrorState
          title={t('accounts.failed')}
          code={codeOf(settings.error)}
          onRetry={() => void settings.refetch()}
        />
      ) : settings.data !== undefined && accounts.length === 0 ? (
        <EmptyState icon={CircleOff} title={t('accounts.none')} />
      ) : (
        <ul>
          {accounts.map((account) => (
            <Account key={account.id} account={account} />
          ))}
        </ul>
      )}
    </Card>
  );
}

const STATES = {
  starting: [LoaderCircle, 'ink'],
  running: [CircleCheck, 'green'],
  failing: [CircleAlert, 'red'],
  off: [CircleOff, 'ink'],
} as const;

function Account({ account }: { account: ChannelAccountRow }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const [Icon, tone] = STATES[account.state];
  return (
    <li className="flex items-start gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <ChannelTile kind={account.channel} size={30} label={channelName(account.channel, t)} />
      <div className="min-w-0 flex-1 text-13">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <b className="text-14 font-bold">{account.name}</b>
          <span className="min-w-0 truncate text-ink3">{account.address}</span>
          {account.isDemo && <Chip tone="violet">{t('demo.chip')}</Chip>}
        </div>
        <p className="num mt-0.5 flex flex-wrap gap-x-3 text-12 text-ink3">
          <span>
            {account.lastSuccessAt === null
              ? t('accounts.neverWorked')
              : t('accounts.lastSuccess', { time: format.dayAndTime(account.lastSuccessAt, now) })}
          </span>
          {account.quotaLimit !== null && (
            <span>
              {t('accounts.quota', {
                used: format.number(account.quotaUsed ?? 0),
                limit: format.number(account.quotaLimit),
              })}
            </span>
          )}
        </p>
        {account.lastErrorAt !== null && (
          <p className={`num mt-0.5 text-12 ${account.state === 'failing' ? 'text-red' : 'text-ink3'}`}>
            {t('accounts.lastError', {
              time: format.dayAndTime(account.lastErrorAt, now),
              reason: account.lastError ?? '',
            })}
          </p>
        )}
      </div>
      <Chip tone={tone} icon={Icon}>
        {t(`accounts.state.${account.state}`)}
      </Chip>
    </li>
  );
}
