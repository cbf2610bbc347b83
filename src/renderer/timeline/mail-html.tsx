/**
 * A mail's HTML in a frame that can do nothing: no scripts, no origin, no network (see `mail-page.ts`). Such a frame cannot
 * say how high it is, so its height is taken once from a hidden copy that has an origin but equally no scripts.
 */
import { useQueries } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { AttachmentRow } from '../../shared/domain/rows.ts';
import { useConsole } from '../console/console-context.tsx';
import { IconButton } from '../design/button.tsx';
import { textScale } from '../design/desk-size.ts';
import { Menu } from '../design/overlays.tsx';
import { useLanguage, useText } from '../i18n/text.ts';
import { buildMailPage, type MailPage } from './mail-page.ts';

/** A mail higher than this scrolls inside its card: a newsletter must not bury the conversation. */
const MOST_PX = 2400;

/** True while the desk is drawn dark, whoever chose it. */
function isDark(): boolean {
  return (
    getComputedStyle(document.documentElement).colorScheme === 'dark' ||
    (document.documentElement.dataset.theme === undefined && window.matchMedia('(prefers-color-scheme: dark)').matches)
  );
}

/** `inline` are the pictures that the HTML shows by content id. */
export function MailHtml({ html, inline, title }: { html: string; inline: readonly AttachmentRow[]; title: string }) {
  const t = useText();
  const lang = useLanguage();
  const api = useConsole();
  const pictures = useQueries({
    queries: inline.map((attachment) => ({
      queryKey: ['attachment', attachment.id],
      queryFn: async () =>
        `data:${attachment.sniffedType};base64,${(await api.attachments.fetch({ attachmentId: attachment.id })).base64}`,
    })),
    combine: (results) => results.map((result) => result.data),
  });
  const page = useMemo<MailPage>(() => {
    const byCid = new Map<string, string>();
    inline.forEach((attachment, i) => {
      const data = pictures[i];
      if (attachment.inlineCid !== null && data !== undefined)
        byCid.set(attachment.inlineCid.replace(/^<|>$/g, ''), data);
    });
    return buildMailPage(html, byCid, {
      dark: isDark(),
      fontSize: 14 * textScale(),
      lang,
      quoteLabel: t('mail.quote'),
    });
  }, [html, inline, pictures, lang, t]);
  const [height, setHeight] = useState<number | null>(null);
  return (
    <div className="relative">
      <iframe
        title={title}
        sandbox=""
        srcDoc={page.html}
        className="block w-full border-0"
        style={{ height: height === null ? '6rem' : `${Math.min(height, MOST_PX)}px` }}
      />
      <Measure html={page.html} onHeight={setHeight} />
      {page.links.length > 0 && (
        <div className="absolute top-1 right-1">
          <Menu
            label={t('mail.links')}
            trigger={<IconButton label={t('mail.links')} icon={ExternalLink} kind="plain" size="tiny" iconSize={13} />}
            lines={page.links.slice(0, 20).map((link) => ({
              kind: 'item',
              id: link.url,
              label: link.host,
              note: link.url.slice(0, 160),
              icon: ExternalLink,
              onAction: () => void window.open(link.url, '_blank', 'noopener,noreferrer'),
            }))}
          />
        </div>
      )}
    </div>
  );
}

function Measure({ html, onHeight }: { html: string; onHeight: (px: number) => void }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const at = frame.current;
    if (at === null) return;
    const read = (): void => {
      // Asked by selector: a document that is just being made has no body, whatever its type says.
      const body = at.contentDocument?.querySelector('body') ?? null;
      if (body === null) return;
      // An opened quotation makes the visible frame scroll inside; the folded height is the one to give.
      onHeight(Math.ceil(body.getBoundingClientRect().height) + 24);
    };
    at.addEventListener('load', read);
    const watch = new ResizeObserver(read);
    watch.observe(at);
    read();
    return () => {
      at.removeEventListener('load', read);
      watch.disconnect();
    };
  }, [html, onHeight]);
  return (
    <iframe
      ref={frame}
      aria-hidden
      tabIndex={-1}
      title=""
      sandbox="allow-same-origin"
      srcDoc={html}
      className="pointer-events-none invisible absolute inset-x-0 top-0 h-px w-full border-0"
    />
  );
}
