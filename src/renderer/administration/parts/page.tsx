/** The frame of every page of the administration: its name, what it is for, its one solid button, and what stands there. */
import type { UseQueryResult } from '@tanstack/react-query';
import { CloudOff, ShieldAlert, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { codeOf, reasonOf, wordsFor } from '../../console/words-for-refusal.ts';
import { EmptyState, ErrorState, SkeletonRows, useSlow } from '../../design/states.tsx';
import { useText } from '../../i18n/text.ts';
import { useHasLine } from '../use-administration.ts';

/** See the file's head. */
export function Page({
  title,
  about,
  actions,
  children,
}: {
  title: string;
  about?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const t = useText();
  const hasLine = useHasLine();
  return (
    <div className="mx-auto grid max-w-[64rem] grid-cols-1 gap-3 p-5">
      <header className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <h1 className="text-18 font-bold">{title}</h1>
          {about !== undefined && <p className="mt-0.5 text-13 text-ink2">{about}</p>}
        </div>
        {actions}
      </header>
      {!hasLine && (
        <p
          role="status"
          className="flex items-center gap-2 rounded-lg border border-amber-line bg-amber-tint px-3 py-2 text-13 text-amber"
        >
          <WifiOff size={16} aria-hidden className="shrink-0" />
          {t('administration.offline')}
        </p>
      )}
      {children}
    </div>
  );
}

/** A box of a page. */
export function Card({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 rounded-xl border border-line bg-surface">
      {title !== undefined && <h2 className="border-b border-line px-4 py-2.5 text-14 font-bold">{title}</h2>}
      {children}
    </section>
  );
}

/**
 * What a read gave, or what stands there instead: grey rows while it comes, the reason when it could not be read.
 * `offline` is drawn when there is no line and nothing was read before: what is synced, where the page has that.
 */
export function Read<T>({
  of,
  offline,
  children,
}: {
  of: UseQueryResult<T>;
  offline?: ReactNode;
  children: (answer: T) => ReactNode;
}) {
  const t = useText();
  const isSlow = useSlow(of.isPending);
  if (of.data !== undefined) return children(of.data);
  if (of.isError) {
    const why = reasonOf(of.error);
    if (why === 'offline')
      return (
        offline ?? (
          <EmptyState icon={CloudOff} title={t('refusal.offline')}>
            {t('administration.offlineNothing')}
          </EmptyState>
        )
      );
    if (why === 'not-allowed') return <EmptyState icon={ShieldAlert} title={t('administration.notAllowed')} />;
    return (
      <ErrorState title={t('administration.failed')} code={codeOf(of.error)} onRetry={() => void of.refetch()}>
        {wordsFor(of.error, t)}
      </ErrorState>
    );
  }
  return isSlow ? <SkeletonRows count={4} height="3rem" /> : <div className="min-h-40" />;
}
