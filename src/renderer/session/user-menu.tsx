/** Who is signed in, how the window looks, the key list, and the way out. Signing out asks first while work waits. */
import { Keyboard, Lock, LogOut } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useConsole } from '../console/console-context.tsx';
import { reasonOf, wordsFor } from '../console/words-for-refusal.ts';
import { Avatar } from '../design/avatar.tsx';
import { Button, WithHint } from '../design/button.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { notify } from '../design/notices.ts';
import { Dialog, Menu } from '../design/overlays.tsx';
import { type MessageId, useText } from '../i18n/text.ts';
import { useAppearanceLines } from './appearance.tsx';

const ROLES: Record<'agent' | 'teamLead' | 'admin', MessageId> = {
  agent: 'role.agent',
  teamLead: 'role.teamLead',
  admin: 'role.admin',
};

/** `waiting` is the number of orders that the server has not had yet. */
export function UserMenu({
  name,
  role,
  waiting,
  onShowKeys,
  onLock,
}: {
  name: string;
  role: 'agent' | 'teamLead' | 'admin';
  waiting: number;
  onShowKeys: () => void;
  onLock: () => void;
}) {
  const t = useText();
  const api = useConsole();
  const appearance = useAppearanceLines();
  const [asking, setAsking] = useState(false);

  const signOut = async (evenIfWaiting: boolean): Promise<void> => {
    try {
      await api.session.signOut({ evenIfWaiting });
      setAsking(false);
    } catch (error) {
      if (reasonOf(error) === 'outbox-not-empty') setAsking(true);
      else notify({ tone: 'failed', title: t('signOut.failed'), detail: wordsFor(error, t) });
    }
  };
  return (
    <>
      <Menu
        label={t('user.menu', { name })}
        trigger={
          <WithHint label={name}>
            <AriaButton aria-label={t('user.menu', { name })} className="grid size-8 place-items-center rounded-full">
              <Avatar name={name} size={26} look="solid" />
            </AriaButton>
          </WithHint>
        }
        lines={[
          { kind: 'head', label: `${name} · ${t(ROLES[role])}` },
          { kind: 'rule' },
          ...appearance,
          { kind: 'rule' },
          {
            kind: 'item',
            id: 'keys',
            label: t('keys.title'),
            icon: Keyboard,
            keys: firstKey('showKeys'),
            onAction: onShowKeys,
          },
          {
            kind: 'item',
            id: 'lock',
            label: t('keys.lockScreen'),
            icon: Lock,
            keys: firstKey('lockScreen'),
            onAction: onLock,
          },
          { kind: 'item', id: 'signOut', label: t('signOut.go'), icon: LogOut, onAction: () => void signOut(false) },
        ]}
      />
      <Dialog
        title={t('signOut.title')}
        isOpen={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button size="normal" onPress={() => void signOut(true)}>
              {t('signOut.anyway')}
            </Button>
            <Button size="normal" kind="solid" onPress={() => setAsking(false)}>
              {t('signOut.stay')}
            </Button>
          </>
        }
      >
        <p className="text-14">{t('signOut.waiting', { count: waiting })}</p>
      </Dialog>
    </>
  );
}
