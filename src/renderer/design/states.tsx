/** What stands where the content is not: nothing to show, still coming, could not be read. Each says what to do next. */
import { Check, CircleX, Copy, type LucideIcon, RotateCcw } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { Button, TextButton } from './button.tsx';

const HUES = { green: 'bg-green-tint text-green', ink: 'bg-sunken text-ink2', red: 'bg-red-tint text-red' } as const;

function Frame({
  icon: Icon,
  hue,
  title,
  children,
  actions,
}: {
  icon: LucideIcon;
  hue: keyof typeof HUES;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="flex h-full min-h-40 flex-col items-center justify-center px-5 py-6 text-center">
      <span className={`edge-forced grid size-11 place-items-center rounded-full ${HUES[hue]}`}>
        <Icon size={21} aria-hidden />
      </span>
      <p className="mt-2.5 text-14 font-bold">{title}</p>
      {children !== undefined && <p className="mt-1 max-w-80 text-13 text-ink2">{children}</p>}
      {actions !== undefined && <div className="mt-3 flex flex-wrap items-center justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** There is nothing here, and that is all right. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
  good = false,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  good?: boolean;
}) {
  return (
    <Frame icon={icon} hue={good ? 'green' : 'ink'} title={title} actions={actions}>
      {children}
    </Frame>
  );
}

/** It could not be read. Says what still works, offers the way out, and carries a code that support can look up. */
export function ErrorState({
  title,
  children,
  code,
  onRetry,
}: {
  title: string;
  children?: ReactNode;
  code: string;
  onRetry?: () => void;
}) {
  const t = useText();
  return (
    <div role="alert" className="h-full">
      <Frame
        icon={CircleX}
        hue="red"
        title={title}
        actions={
          <>
            {onRetry !== undefined && (
              <Button icon={RotateCcw} onPress={onRetry}>
                {t('action.reload')}
              </Button>
            )}
            <CopyCode code={code} />
          </>
        }
      >
        {children}
      </Frame>
    </div>
  );
}

/** A code that a press copies. */
export function CopyCode({ code }: { code: string }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <TextButton
      aria-label={t('action.copyCode', { code })}
      className="num !text-ink3"
      onPress={() =>
        void navigator.clipboard.writeText(code).then(
          () => setCopied(true),
          () => undefined,
        )
      }
    >
      {copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
      {code}
    </TextButton>
  );
}

/** True only after 200 ms: an answer that comes sooner must not flash a skeleton first. */
export function useSlow(isWaiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setSlow(true), 200);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isWaiting]);
  return slow && isWaiting;
}

const WIDTHS = [70, 52, 64, 46, 58, 74, 49, 61];

const widthAt = (i: number): number => WIDTHS[i % WIDTHS.length] ?? 60;

/** Grey rows of the same height as the ones that are coming. */
export function SkeletonRows({ count, height }: { count: number; height: string }) {
  return (
    <div aria-busy="true" className="h-full overflow-hidden">
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className="flex items-center gap-3 border-b border-line/70 px-3.5" style={{ height }}>
          <span className="size-[1.875rem] rounded-lg bg-sunken" />
          <span className="flex-1">
            <span className="block h-3 rounded-sm bg-sunken" style={{ width: `${widthAt(i)}%` }} />
            <span className="mt-2 block h-2.5 rounded-sm bg-sunken/70" style={{ width: `${widthAt(i) + 18}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
