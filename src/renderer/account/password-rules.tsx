/** The rules of a new password, each with a tick or a dot while one is typed. Decides nothing; the server does. */
import { Check, Circle } from 'lucide-react';
import { type PasswordFault, passwordFaults } from '../../shared/domain/password.ts';
import { useText } from '../i18n/text.ts';

/** `tooLong` stands there only when it is broken: nobody needs to be told before. */
export function PasswordRules({ faults, isEmpty }: { faults: readonly PasswordFault[]; isEmpty: boolean }) {
  const t = useText();
  const shown = passwordFaults.filter((fault) => fault !== 'tooLong' || faults.includes(fault));
  return (
    <ul aria-label={t('account.rules')} className="grid gap-0.5 text-12">
      {shown.map((fault) => {
        const isKept = !isEmpty && !faults.includes(fault);
        const Icon = isKept ? Check : Circle;
        return (
          <li
            key={fault}
            className={`flex items-center gap-1.5 ${isKept ? 'text-green' : isEmpty ? 'text-ink3' : 'text-red'}`}
          >
            <Icon size={isKept ? 13 : 8} aria-hidden className={isKept ? 'shrink-0' : 'mx-[0.15625rem] shrink-0'} />
            {t(`account.fault.${fault}`)}
            {!isEmpty && <span className="sr-only">{t(isKept ? 'account.rule.kept' : 'account.rule.broken')}</span>}
          </li>
        );
      })}
    </ul>
  );
}
