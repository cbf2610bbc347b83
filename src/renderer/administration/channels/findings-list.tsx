/** What a test of an account has found, step by step: the sign, the sentence, and the names that it is about. */
import { CircleAlert, CircleCheck, CircleDashed, Info, type LucideIcon } from 'lucide-react';
import type { Finding } from '../../../shared/administration/channel-findings.ts';
import { useText } from '../../i18n/text.ts';

const SIGNS: Record<Finding['outcome'], { icon: LucideIcon; tone: string }> = {
  ok: { icon: CircleCheck, tone: 'text-green' },
  failed: { icon: CircleAlert, tone: 'text-red' },
  notice: { icon: Info, tone: 'text-amber' },
  skipped: { icon: CircleDashed, tone: 'text-ink3' },
};

/** See the file's head. */
export function FindingsList({ findings }: { findings: readonly Finding[] }) {
  const t = useText();
  return (
    <div role="status">
      <ul aria-label={t('channels.testResult')} className="grid gap-2">
        {findings.map((finding) => {
          const { icon: Icon, tone } = SIGNS[finding.outcome];
          const about = factsOf(finding);
          return (
            <li key={finding.step} className="flex items-start gap-2 text-13">
              <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${tone}`} />
              <span className="min-w-0">
                <span className="font-bold">{t(`channelTest.step.${finding.step}`)}</span>
                <span className={`ml-2 text-12 ${tone}`}>{t(`channelTest.outcome.${finding.outcome}`)}</span>
                {finding.reason !== 'ok' && <span className="block">{t(`channelTest.${finding.reason}`)}</span>}
                {about !== '' && <span className="num block text-12 break-all text-ink3">{about}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** `support@example.jp · mail.example.jp:993 · INBOX`. */
function factsOf({ facts }: Finding): string {
  const { host, port, user, mailbox, displayName, basicId, channelId, other, endpoint, status, why, sites, folder } =
    facts;
  const server = host === undefined ? undefined : `${host}:${port ?? ''}`;
  const parts = [user, server, mailbox, displayName, basicId, channelId, other, endpoint, status, why, sites, folder];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
