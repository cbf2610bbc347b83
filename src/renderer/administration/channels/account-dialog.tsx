/** One account in its form: filled in, tried out, saved, paused, removed. What goes elsewhere (addresses, snippet) is ready to copy. */
import { PlugZap } from 'lucide-react';
import { useRef, useState } from 'react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import type { AccountChannel, ChannelForm } from '../../../shared/administration/channel-forms.ts';
import type { ChannelAccountId } from '../../../shared/domain/ids.ts';
import { channelName } from '../../console/channel-name.ts';
import { useQuery } from '../../console/use-query.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/fields.tsx';
import { notify } from '../../design/notices.ts';
import { Dialog } from '../../design/overlays.tsx';
import { Select } from '../../design/select.tsx';
import { Toggle } from '../../design/toggle.tsx';
import { useText } from '../../i18n/text.ts';
import { FieldGroup, FormDialog } from '../parts/form-dialog.tsx';
import { Read } from '../parts/page.tsx';
import { useChange, useHasLine, useRead } from '../use-administration.ts';
import { AccountState, AccountTimes } from './account-health.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { FindingsList } from './findings-list.tsx';
import { LineFields } from './line-fields.tsx';
import { MailFields } from './mail-fields.tsx';
import { newForm } from './new-form.ts';
import { PhoneFields, PhoneSecrets } from './phone-fields.tsx';
import { type AccountForm, useAccountForm } from './use-account-form.ts';
import { WebChatFields } from './web-chat-fields.tsx';

type Saved = AdministrationOutput<'channelAccounts.get'>;
const WIDTH = '44rem';

/** A new account of a channel. */
export function NewAccount({ channel, onClose }: { channel: AccountChannel; onClose: () => void }) {
  const [id] = useState(() => crypto.randomUUID() as ChannelAccountId);
  return <AccountFields id={id} channel={channel} saved={null} onClose={onClose} />;
}

/** An account that is there. */
export function AccountDialog({ id, name, onClose }: { id: ChannelAccountId; name: string; onClose: () => void }) {
  const read = useRead('channelAccounts.get', { id });
  // What was read first stays: the form goes on from it, and a change of somebody else is told when it is saved.
  const [opened, setOpened] = useState<Saved | null>(null);
  if (opened === null && read.data !== undefined) setOpened(read.data);
  if (opened !== null) return <AccountFields id={id} channel={opened.channel} saved={opened} onClose={onClose} />;
  return (
    <Dialog isOpen title={name} onClose={onClose} width={WIDTH}>
      <Read of={read}>{() => null}</Read>
    </Dialog>
  );
}

function AccountFields({
  id,
  channel,
  saved,
  onClose,
}: {
  id: ChannelAccountId;
  channel: AccountChannel;
  saved: Saved | null;
  onClose: () => void;
}) {
  const t = useText();
  const remove = useChange('channelAccounts.remove');
  const stored = saved?.form == null ? [] : saved.stored;
  const queues = useQuery('settings.get', {}).data?.queues ?? [];
  const account = useAccountForm({
    id,
    version: saved?.version ?? null,
    name: saved?.name ?? '',
    queueId: saved?.queueId ?? (queues.length === 1 ? (queues[0]?.id ?? null) : null),
    form: saved?.form ?? newForm(channel, t),
    stored,
  });
  const body = useRef<HTMLDivElement>(null);
  const [madeSecret, setMadeSecret] = useState<string | null>(null);
  const done = (title: string): void => {
    notify({ tone: 'done', title });
    onClose();
  };
  const onSave = async (): Promise<void> => {
    const answer = await account.save.run();
    if (answer === null) return showFault(body.current);
    if (answer.madeSecret === null && saved !== null) return done(t('administration.saved'));
    // A new account has addresses and perhaps a secret that must be taken elsewhere: the form stays open to show them.
    account.setVersion(answer.version);
    setMadeSecret(answer.madeSecret);
    notify({ tone: 'done', title: t('administration.saved') });
    if (answer.madeSecret === null && channel === 'mail') onClose();
    else setJustMade(true);
  };
  const [isJustMade, setJustMade] = useState(false);
  const onRemove = async (): Promise<void> => {
    if (account.version === null) return;
    if ((await remove.send({ id, seen: account.version })) !== null) done(t('administration.removed'));
  };
  if (isJustMade) return <JustMade id={id} secret={madeSecret} onClose={onClose} />;
  return (
    <FormDialog
      title={saved === null ? t('channels.newOf', { channel: channelName(channel, t) }) : saved.name}
      width={WIDTH}
      change={{ isSending: account.save.isSending, fault: account.save.fault ?? account.test.fault }}
      onSave={() => void onSave()}
      onClose={onClose}
      {...(saved === null ? {} : { onRemove: () => void onRemove(), removing: remove })}
    >
      <div ref={body} className="contents">
        {saved !== null && <Health id={id} account={account} isPaused={saved.isPaused} />}
        {saved?.form === null && <p className="text-13 text-amber">{t('channels.settingsUnreadable')}</p>}
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label={t('channels.name')}
            initial={account.name}
            placeholder={t(`channels.namePlaceholder.${channel}`)}
            error={account.nameFault}
            onText={account.setName}
          />
          <div>
            <Select
              label={t('channels.queue')}
              placeholder={t('channels.queueChoose')}
              chosen={account.queueId}
              onChoose={account.setQueueId}
              choices={queues.map((queue) => ({ id: queue.id, label: queue.name }))}
            />
            {account.queueFault !== undefined && <p className="mt-1 text-12 text-red">{account.queueFault}</p>}
          </div>
        </div>
        <Fields account={account} stored={stored} isNew={saved === null} />
        {saved !== null && account.version !== null && channel === 'phone' && (
          <PhoneSecrets id={id} version={account.version} stored={saved.stored} onVersion={account.setVersion} />
        )}
        {saved !== null && <Elsewhere saved={saved} />}
        <TestButton account={account} onRefused={() => showFault(body.current)} />
      </div>
    </FormDialog>
  );
}

function Fields({ account, stored, isNew }: { account: AccountForm; stored: readonly string[]; isNew: boolean }) {
  const { form, faultAt } = account;
  const onChange = (next: ChannelForm): void => account.change(next);
  switch (form.channel) {
    case 'mail':
      return <MailFields form={form} stored={stored} isNew={isNew} faultAt={faultAt} onChange={onChange} />;
    case 'webChat':
      return <WebChatFields form={form} faultAt={faultAt} onChange={onChange} />;
    case 'line':
      return <LineFields form={form} stored={stored} faultAt={faultAt} onChange={onChange} />;
    case 'phone':
      return <PhoneFields form={form} faultAt={faultAt} onChange={onChange} />;
  }
}

/** To the first field that is at fault, once its words stand there. */
function showFault(body: HTMLElement | null): void {
  requestAnimationFrame(() => body?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

function TestButton({ account: { test }, onRefused }: { account: AccountForm; onRefused: () => void }) {
  const t = useText();
  const hasLine = useHasLine();
  const result = useRef<HTMLDivElement>(null);
  const run = async (): Promise<void> => {
    if (!(await test.run())) return onRefused();
    requestAnimationFrame(() => result.current?.scrollIntoView({ block: 'nearest' }));
  };
  return (
    <FieldGroup title={t('channels.test')} more={t('channels.testMore')}>
      <Button icon={PlugZap} isDisabled={!hasLine} isPending={test.isSending} onPress={() => void run()}>
        {test.isSending ? t('channels.testing') : t('channels.test')}
      </Button>
      {test.findings !== null && (
        <div ref={result} className="mt-3 scroll-mb-4">
          <FindingsList findings={test.findings} />
        </div>
      )}
    </FieldGroup>
  );
}

function Health({ id, account, isPaused }: { id: ChannelAccountId; account: AccountForm; isPaused: boolean }) {
  const t = useText();
  const hasLine = useHasLine();
  const row = useQuery('settings.get', {}).data?.channelAccounts.find((one) => one.id === id);
  const pause = useChange('channelAccounts.setPaused');
  const [isOff, setOff] = useState(isPaused);
  const set = async (next: boolean): Promise<void> => {
    if (account.version === null || pause.isSending || !hasLine) return;
    const answer = await pause.send({ id, seen: account.version, isPaused: next });
    if (answer === null) return;
    account.setVersion(answer.version);
    setOff(next);
  };
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg bg-subtle px-3 py-2">
      {row !== undefined && <AccountState state={row.state} />}
      <div className="min-w-0 flex-1">{row !== undefined && <AccountTimes row={row} />}</div>
      <Toggle isOn={!isOff} onChange={(isOn) => void set(!isOn)}>
        {t('channels.isOn')}
      </Toggle>
      {pause.fault !== null && <p className="basis-full text-12 text-red">{pause.fault}</p>}
    </div>
  );
}

/** What is entered at the provider or put into a page. */
function Elsewhere({ saved }: { saved: Saved }) {
  const t = useText();
  const session = useQuery('session.get', {}).data;
  const server = session?.state === 'signedIn' ? session.serverUrl : '';
  if (saved.channel === 'mail') return null;
  const isHere = /^https?:\/\/(127\.|localhost|\[::1\])/.test(server);
  const more = isHere ? t('channels.onlyHere') : t(`channels.elsewhereMore.${saved.channel}`);
  return saved.webhookPath === null ? (
    <CopyLine label={t('channels.snippet')} text={snippetOf(server, saved.accountKey)} more={more} />
  ) : (
    <CopyLine label={t('channels.webhook')} text={new URL(saved.webhookPath, server).href} more={more} />
  );
}

function snippetOf(server: string, accountKey: string): string {
  return `<script src="${new URL('/widget.js', server).href}" data-account="${accountKey}" async></script>`;
}

/** After the first saving: what must be taken elsewhere, and nothing else. */
function JustMade({ id, secret, onClose }: { id: ChannelAccountId; secret: string | null; onClose: () => void }) {
  const t = useText();
  const read = useRead('channelAccounts.get', { id });
  return (
    <Dialog
      isOpen
      title={t('channels.justMade')}
      width={WIDTH}
      onClose={onClose}
      footer={
        <Button kind="solid" size="normal" onPress={onClose}>
          {t('channels.finish')}
        </Button>
      }
    >
      <div className="grid gap-3">
        <p className="text-13 text-ink2">{t('channels.justMadeMore')}</p>
        {secret !== null && (
          <CopyLine label={t('channels.phone.madeSecret')} text={secret} more={t('channels.phone.once')} />
        )}
        <Read of={read}>{(saved) => <Elsewhere saved={saved} />}</Read>
      </div>
    </Dialog>
  );
}
