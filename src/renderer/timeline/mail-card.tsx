/** A mail in the thread: who wrote from where, whether that can be believed, the text or the HTML, and the files. */
import { CornerUpLeft, ImageOff, ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { lazy, memo, type ReactNode, Suspense, useState } from 'react';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import type { AttachmentRow, MessageDetail } from '../../shared/domain/rows.ts';
import { Avatar } from '../design/avatar.tsx';
import { Chip } from '../design/chip.tsx';
import { TextButton } from '../design/button.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Attachments } from './attachments.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { ReadAgain } from './read-again.tsx';
import { splitQuoted } from './quoted-text.ts';

/** The cleaner of foreign HTML is only fetched with the first mail that needs it. */
const MailHtml = lazy(() => import('./mail-html.tsx').then(({ MailHtml: loaded }) => ({ default: loaded })));

type MessageEntry = Extract<TimelineEntry, { kind: 'message' }>;
type Head = Extract<MessageDetail, { kind: 'mail' }>['head'];

/** `below` stands under the card: what must be decided about it. */
export const MailCard = memo(function MailCard({
  entry,
  head,
  below,
}: {
  entry: MessageEntry;
  head: Head;
  below?: ReactNode;
}) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const { message } = entry;
  const isOurs = message.direction === 'out';
  const inline = entry.attachments.filter((attachment) => attachment.inlineCid !== null);
  const files = entry.attachments.filter((attachment) => attachment.inlineCid === null || message.html === null);
  return (
    <div className="py-1.5">
      <article
        aria-label={t('mail.card', { from: message.authorName })}
        className={`overflow-hidden rounded-xl border border-line ${isOurs ? 'ml-10 bg-accent-tint' : 'bg-surface'}`}
      >
        <header className="flex items-start gap-3 px-4 pt-3 pb-2.5">
          <Avatar name={message.authorName} size={28} look={isOurs ? 'other' : 'person'} />
          <div className="min-w-0 flex-1 text-13">
            <div className="flex items-baseline gap-2">
              <b className="truncate font-bold">{message.authorName}</b>
              <span className="truncate text-ink3">{head.from}</span>
              <span className="num ml-auto flex shrink-0 items-center gap-1.5 text-12 text-ink3">
                {isOurs && message.deliveryState !== null && <DeliveryMark state={message.deliveryState} />}
                <time>{format.dayAndTime(message.receivedAt, now)}</time>
              </span>
            </div>
            <div className="flex flex-wrap items-center gap-x-2 text-12 text-ink3">
              <span className="min-w-0 truncate">{t('mail.to', { to: head.to.join(', ') })}</span>
              {head.cc.length > 0 && (
                <span className="min-w-0 truncate">{t('mail.cc', { cc: head.cc.join(', ') })}</span>
              )}
              {!isOurs && head.replyTo !== undefined && <AnswersElsewhere from={head.from} replyTo={head.replyTo} />}
              {!isOurs && <Origin dmarc={head.dmarc} suspicious={head.suspicious} />}
              {head.isAutomatic === true && <Chip>{t('mail.automatic')}</Chip>}
            </div>
            <p className="mt-0.5 truncate text-13 font-medium">{head.subject}</p>
          </div>
        </header>
        {head.remotePictures > 0 && (
          <p className="flex items-center gap-2 border-y border-line bg-subtle px-4 py-1.5 text-12 text-ink2">
            <ImageOff size={13} aria-hidden className="shrink-0" />
            {t('mail.remotePictures', { count: head.remotePictures })}
          </p>
        )}
        <MailBody
          readAgain={isOurs ? undefined : <ReadAgain messageId={message.id} />}
          html={message.html}
          text={message.text}
          inline={inline}
          title={t('mail.card', { from: message.authorName })}
        />
        {files.length > 0 && (
          <footer className="border-t border-line px-4 py-2.5">
            <Attachments attachments={files} pictures={false} />
          </footer>
        )}
      </article>
      {below !== undefined && <div className="mt-1 ml-10">{below}</div>}
    </div>
  );
});

/** The text says the same in less room, unless the HTML carries more than words; either can be asked for. */
function MailBody({
  readAgain,
  html,
  text,
  inline,
  title,
}: {
  readAgain: ReactNode;
  html: string | null;
  text: string;
  inline: readonly AttachmentRow[];
  title: string;
}) {
  const t = useText();
  const [isHtml, setHtml] = useState(
    () => html !== null && (text.trim() === '' || (isRich(html) && !lacksSystemFont())),
  );
  return (
    <>
      {html !== null && isHtml ? (
        <Suspense fallback={<div className="h-24" />}>
          <MailHtml html={html} inline={inline} title={title} />
        </Suspense>
      ) : (
        <MailText text={text} />
      )}
      <p className="flex justify-end gap-4 px-4 pb-2 empty:hidden">
        {readAgain}
        {html !== null && text.trim() !== '' && (
          <TextButton onPress={() => setHtml(!isHtml)}>{t(isHtml ? 'mail.asText' : 'mail.asHtml')}</TextButton>
        )}
      </p>
    </>
  );
}

/** Tables, pictures and lists say something that plain text does not. */
function isRich(html: string): boolean {
  return /<(table|img|ul|ol|h[1-3])[\s>]/i.test(html);
}

/** On a machine without any Japanese font the window falls back to its own, which a mail's frame cannot reach. */
function lacksSystemFont(): boolean {
  return [...document.fonts].some((face) => face.family.includes('Noto Sans JP Variable') && face.status === 'loaded');
}

function MailText({ text }: { text: string }) {
  const t = useText();
  const [isWhole, setWhole] = useState(false);
  const { own, quoted, quotedLines } = splitQuoted(text);
  return (
    <div className="px-4 pt-1 pb-3">
      <p className="message-text text-14">{own}</p>
      {quotedLines > 0 && (
        <>
          <TextButton aria-expanded={isWhole} onPress={() => setWhole(!isWhole)} className="mt-1.5 !text-ink3">
            {t(isWhole ? 'mail.hideQuote' : 'mail.showQuote', { count: quotedLines })}
          </TextButton>
          {isWhole && <p className="message-text mt-1 border-l-2 border-line pl-2.5 text-13 text-ink3">{quoted}</p>}
        </>
      )}
    </div>
  );
}

/** An answer would go to another address than the one it came from: told apart where that is another domain. */
function AnswersElsewhere({ from, replyTo }: { from: string; replyTo: readonly string[] }) {
  const t = useText();
  const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const isForeign = replyTo.some((address) => domainOf(address) !== domainOf(from));
  return (
    <span className={`flex min-w-0 items-center gap-1 ${isForeign ? 'font-bold text-amber' : ''}`}>
      <CornerUpLeft size={12} aria-hidden className="shrink-0" />
      <span className="truncate">{t('mail.replyTo', { to: replyTo.join(', ') })}</span>
    </span>
  );
}

/** Whether the sending domain vouches for the mail (DMARC), in words that an agent can act on. */
function Origin({ dmarc, suspicious }: { dmarc: Head['dmarc']; suspicious: boolean }) {
  const t = useText();
  if (suspicious || dmarc === 'fail')
    return (
      <span className="flex items-center gap-1 font-bold text-red">
        <ShieldAlert size={12} aria-hidden />
        {t(suspicious ? 'mail.suspicious' : 'mail.dmarc.fail')}
      </span>
    );
  if (dmarc === 'pass')
    return (
      <span className="flex items-center gap-1 text-green">
        <ShieldCheck size={12} aria-hidden />
        {t('mail.dmarc.pass')}
      </span>
    );
  return (
    <span className="flex items-center gap-1">
      <ShieldQuestion size={12} aria-hidden />
      {t('mail.dmarc.none')}
    </span>
  );
}
