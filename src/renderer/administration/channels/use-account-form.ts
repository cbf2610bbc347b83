/** The form of one account while it is filled in: what stands in it, its faults by field, and saving and trying it. */
import { useState } from 'react';
import { faultOfIssue } from '../../../shared/administration/calls.ts';
import type { Finding } from '../../../shared/administration/channel-findings.ts';
import { type ChannelForm, channelFormSchema } from '../../../shared/administration/channel-forms.ts';
import type { ChannelAccountId, QueueId } from '../../../shared/domain/ids.ts';
import { useText } from '../../i18n/text.ts';
import { useChange } from '../use-administration.ts';
import { remedyFor } from './remedy-for.ts';

export type AccountAtOpening = {
  id: ChannelAccountId;
  /** Null: a new one. */
  version: number | null;
  name: string;
  queueId: QueueId | null;
  form: ChannelForm;
  /** Paths of the secrets that are stored. */
  stored: readonly string[];
};

/** Words for a field by its path in the form, such as `imap.host`. */
export type FaultAt = (field: string) => string | undefined;

/** See the file's head. */
export function useAccountForm(opened: AccountAtOpening) {
  const t = useText();
  const save = useChange('channelAccounts.save');
  const test = useChange('channelAccounts.test');
  const [version, setVersion] = useState(opened.version);
  const [name, setName] = useState(opened.name);
  const [queueId, setQueueId] = useState(opened.queueId);
  const [form, setForm] = useState(opened.form);
  /** All faults that are seen here; the server tells only the first. */
  const [own, setOwn] = useState<ReadonlyMap<string, string>>(new Map());
  const [findings, setFindings] = useState<Finding[] | null>(null);

  const faultAt: FaultAt = (field) => {
    const told = own.get(field) ?? save.faultAt(`form.${field}`) ?? test.faultAt(`form.${field}`);
    return told === undefined ? undefined : remedyFor(form.channel, field, told, t);
  };

  /** The form as it is sent, or null with its faults shown. */
  function checked(toSave: boolean): ChannelForm | null {
    const parsed = channelFormSchema.safeParse(form);
    const faults = new Map<string, string>();
    const missing = t('administration.fault.missing');
    for (const issue of parsed.error?.issues ?? [])
      faults.set(issue.path.map(String).join('.'), t(`administration.fault.${faultOfIssue(issue)}`));
    for (const secret of missingSecrets(form, opened.stored)) faults.set(secret, missing);
    if (toSave && name.trim() === '') faults.set('name', missing);
    if (toSave && queueId === null) faults.set('queueId', missing);
    setOwn(faults);
    return faults.size > 0 ? null : (parsed.data ?? null);
  }

  return {
    form,
    name,
    setName,
    queueId,
    setQueueId,
    version,
    setVersion,
    /** Puts a changed form in place; what was found out about the one before is no longer shown. */
    change(next: ChannelForm): void {
      setForm(next);
      setFindings(null);
    },
    faultAt,
    nameFault: own.get('name') ?? save.faultAt('name'),
    queueFault: save.faultAt('queueId') ?? own.get('queueId'),
    save: {
      isSending: save.isSending,
      fault: save.fault,
      /** What the server made, or null when it was refused. */
      async run() {
        const sent = checked(true);
        if (sent === null || queueId === null) return null;
        return await save.send({ id: opened.id, seen: version, name, queueId, form: sent });
      },
    },
    test: {
      isSending: test.isSending,
      fault: test.fault,
      findings,
      /** False when it could not be tried: a field is at fault. */
      async run(): Promise<boolean> {
        const sent = checked(false);
        if (sent === null) return false;
        setFindings(null);
        const found = await test.send({ id: opened.id, form: sent });
        if (found !== null) setFindings(found.findings);
        return found !== null;
      },
    },
  };
}

/** Secrets that stand neither in the form nor at the server. Whether a stored one still does, the server knows. */
function missingSecrets(form: ChannelForm, stored: readonly string[]): string[] {
  const given: [string, string | null][] =
    form.channel === 'mail'
      ? (['imap', 'smtp'] as const)
          .filter((half) => form[half].user.trim() !== '')
          .map((half) => [`${half}.password`, form[half].password])
      : form.channel === 'line'
        ? [
            ['channelSecret', form.channelSecret],
            ['channelAccessToken', form.channelAccessToken],
          ]
        : [];
  return given.filter(([path, secret]) => secret === null && !stored.includes(path)).map(([path]) => path);
}

export type AccountForm = ReturnType<typeof useAccountForm>;
