/**
 * Builds the page that shows a mail's HTML inside a frame without scripts, without an origin and without the network.
 * The server has cleaned the HTML already; it is cleaned again here, because it came over a wire.
 */
import createDOMPurify from 'dompurify';

/** Nothing may be loaded but pictures that are in the page itself; styles are the mail's own, inline. */
const POLICY = "default-src 'none'; img-src data: cid:; style-src 'unsafe-inline'";

export type MailLook = {
  readonly dark: boolean;
  readonly fontSize: number;
  readonly lang: string;
  readonly quoteLabel: string;
};

export type MailPage = {
  /** For `srcdoc`. */
  readonly html: string;
  /** Links of the mail with the host they really go to. They do nothing inside the frame. */
  readonly links: readonly { readonly url: string; readonly host: string }[];
};

/**
 * DOMPurify asks this of every attribute, not only of addresses: a known scheme, or something that is no address at all,
 * such as `border="1"`. Pictures as `data:` have their own rule in it.
 */
const ALLOWED_VALUES = /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i;

/** A declaration that would fetch something. */
const STYLES_THAT_LOAD = /[^;]*(?:url|image|image-set|cross-fade|element)\s*\([^;]*;?/gi;

/** What clients wrap around the part they repeat. */
const QUOTES = 'blockquote, .gmail_quote, .yahoo_quoted, .moz-cite-prefix + blockquote, #divRplyFwdMsg ~ *';

/**
 * @param html sanitised HTML of the mail
 * @param pictures `data:` addresses of inline pictures by content id
 */
export function buildMailPage(html: string, pictures: ReadonlyMap<string, string>, look: MailLook): MailPage {
  const purify = createDOMPurify(window);
  const body = purify.sanitize(html, {
    RETURN_DOM: true,
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'select',
      'textarea',
      'video',
      'audio',
      'svg',
      'math',
      'iframe',
      'object',
      'embed',
      'link',
      'meta',
      'base',
    ],
    FORBID_ATTR: ['srcset', 'action', 'formaction', 'background', 'ping'],
    ALLOWED_URI_REGEXP: ALLOWED_VALUES,
  }) as HTMLElement;
  const links: { url: string; host: string }[] = [];
  for (const anchor of body.querySelectorAll('a[href]')) {
    const url = anchor.getAttribute('href') ?? '';
    anchor.removeAttribute('href');
    anchor.removeAttribute('target');
    const host = hostOf(url);
    if (host !== null && !links.some((link) => link.url === url)) links.push({ url, host });
  }
  for (const picture of body.querySelectorAll('img')) {
    const source = picture.getAttribute('src') ?? '';
    const inline = source.startsWith('cid:') ? pictures.get(decodeCid(source.slice(4))) : undefined;
    if (inline !== undefined) picture.setAttribute('src', inline);
    else if (!source.startsWith('data:image/')) picture.remove();
  }
  for (const styled of body.querySelectorAll('[style]')) {
    // The frame's policy stops these as well; a picture that is never asked for cannot slip through any hole.
    const style = styled.getAttribute('style') ?? '';
    styled.setAttribute('style', style.replace(STYLES_THAT_LOAD, ''));
  }
  foldQuotes(body, look.quoteLabel);
  return { html: frame(body.innerHTML, look), links };
}

function decodeCid(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}

function hostOf(url: string): string | null {
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.host : null;
  } catch {
    return null;
  }
}

/** Folds what only repeats the mail before, if the writer has said something of their own. */
function foldQuotes(body: HTMLElement, label: string): void {
  for (const quote of body.querySelectorAll(QUOTES)) {
    if (quote.closest('details') !== null || body.textContent.trim() === quote.textContent.trim()) continue;
    const fold = body.ownerDocument.createElement('details');
    const summary = body.ownerDocument.createElement('summary');
    summary.textContent = label;
    quote.replaceWith(fold);
    fold.append(summary, quote);
  }
}

function frame(body: string, look: MailLook): string {
  // A mail is written for white paper. Dark only turns the paper grey, so that no mail becomes unreadable.
  const [paper, ink, line] = look.dark ? ['#e9ecf3', '#171c28', '#5b6577'] : ['#ffffff', '#171c28', '#5b6577'];
  return `<!doctype html><html lang="${look.lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>
html{color-scheme:only light;background:${paper};color:${ink};font:${look.fontSize}px/1.7 "Noto Sans JP","BIZ UDPGothic","Yu Gothic UI","Hiragino Sans","Noto Sans CJK JP",Meiryo,sans-serif}
body{margin:12px 16px;overflow-wrap:anywhere;line-break:strict}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}
a{color:#2b48c4;text-decoration:underline}summary{color:${line};font-size:.875em;padding:4px 0}blockquote{margin:4px 0 4px 2px;padding-left:10px;border-left:2px solid #dce0e9;color:${line}}
</style></head><body>${body}</body></html>`;
}
