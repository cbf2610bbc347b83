/** Where one order of the outbox stands, in a sign and a word. */
import { CircleAlert, CircleCheck, Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { OutboxRow } from '../../shared/console-shapes.ts';
import { useText } from '../i18n/text.ts';

const LOOKS = {
  queued: [Clock, 'text-amber'],
  blocked: [Clock, 'text-amber font-bold'],
  sending: [LoaderCircle, 'text-ink3'],
  applied: [CircleCheck, 'text-ink3'],
  needsReview: [CircleAlert, 'text-amber font-bold'],
  refused: [TriangleAlert, 'text-red font-bold'],
} as const;

/** See the file's head. */
export function OutboxState({ state }: { state: OutboxRow['state'] }) {
  const t = useText();
  const [Icon, colour] = LOOKS[state];
  return (
    <span className={`ml-auto flex shrink-0 items-center gap-1 text-12 ${colour}`}>
      <Icon size={12} aria-hidden />
      {t(`outbox.state.${state}`)}
    </span>
  );
}
