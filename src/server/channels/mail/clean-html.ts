/**
 * Makes the HTML of a mail harmless by keeping only what is on a list. Pictures stay when they came with the mail
 * (`cid:`); those from elsewhere are counted and taken out, because fetching one tells the sender that the mail was
 * read. The window shows the result in a sandboxed frame all the same: this is one wall of two.
 */
import sanitizeHtml from 'sanitize-html';

export type CleanedHtml = {
  html: string;
  /** Pictures (and backgrounds) on other servers that were taken out. */
  remotePictures: number;
};

/** Longest HTML that is cleaned, in UTF-16 units; of longer ones only the text is shown. */
export const MAX_HTML = 1_000_000;

/** Schemes that a link may lead to. `cid` is for pictures only. */
const linkSchemes = ['http', 'https', 'mailto', 'tel'];

const colour = [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s.,%]{1,40}\)$/i, /^[a-z]{3,20}$/i];
const length = [/^-?\d{1,4}(\.\d{1,3})?(px|pt|em|rem|%|ex)?$/i];
const lengths = [/^(\d{1,4}(\.\d{1,3})?(px|pt|em|rem|%)?\s*){1,4}$/i, /^auto$/i];
const word = [/^[a-z-]{1,20}$/i];

/** Styles that carry meaning in mail. Nothing that can leave its box (`position`), fetch (`url`) or hide (`opacity`). */
const styles: Record<string, RegExp[]> = {
  color: colour,
  'background-color': colour,
  'font-family': [/^[\p{L}\d\s,'"_-]{1,200}$/u],
  'font-size': [...length, ...word],
  'font-weight': [/^(\d{3}|[a-z]{4,7})$/i],
  'font-style': word,
  'text-align': word,
  'text-decoration': [/^[a-z\s-]{1,40}$/i],
  'vertical-align': word,
  'line-height': length,
  'white-space': word,
  width: length,
  'max-width': length,
  height: length,
  padding: lengths,
  'padding-left': length,
  'padding-right': length,
  'padding-top': length,
  'padding-bottom': length,
  border: [/^\d{1,2}(px)?\s+(solid|dashed|dotted|none)\s+(#[0-9a-f]{3,8}|[a-z]{3,20})$/i, /^(0|none)$/i],
  'border-collapse': word,
  'list-style-type': word,
};

const size = /^\d{1,4}%?$/;

/** A picture that another server would be asked for: also `//host/…`, also with spaces and controls before it. */
function isRemote(source: string): boolean {
  // Browsers skip controls and spaces before a scheme.
  const bare = source.replaceAll(/[\p{Cc}\s]/gu, '').toLowerCase();
  return /^(https?:|ftp:|\/\/|\\\\)/.test(bare);
}

/**
 * Keeps what is on the list.
 * @param html as the sender wrote it, already decoded
 * @returns null when it is too long to be cleaned; show the text then
 */
export function cleanHtml(html: string): CleanedHtml | null {
  if (html.length > MAX_HTML) return null;
  let remotePictures = 0;
  const count = (attributes: sanitizeHtml.Attributes): void => {
    if (isRemote(attributes['background'] ?? '')) remotePictures += 1;
    if (/url\(\s*['"]?\s*(https?:)?\/\//i.test(attributes['style'] ?? '')) remotePictures += 1;
  };
  const cleaned = sanitizeHtml(html, {
    allowedTags: [
      ...['a', 'abbr', 'b', 'bdi', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col', 'colgroup'],
      ...['dd', 'del', 'div', 'dl', 'dt', 'em', 'font', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'img', 'ins'],
      ...['kbd', 'li', 'ol', 'p', 'pre', 'q', 'rp', 'rt', 'ruby', 's', 'small', 'span', 'strike', 'strong', 'sub'],
      ...['sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'tt', 'u', 'ul', 'wbr'],
    ],
    // Their text is not text for a reader.
    nonTextTags: [
      'script',
      'style',
      'textarea',
      'option',
      'noscript',
      'title',
      'head',
      'template',
      'xmp',
      'svg',
      'math',
    ],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'align', 'valign', 'bgcolor'],
      a: ['href', 'name', 'title', 'rel', 'target'],
      img: ['src', 'alt', 'width', 'height'],
      font: ['color', 'face', 'size'],
      td: ['colspan', 'rowspan', 'width', 'height'],
      th: ['colspan', 'rowspan', 'width', 'height'],
      table: ['border', 'cellpadding', 'cellspacing', 'width'],
      col: ['span', 'width'],
      ol: ['start', 'type'],
    },
    allowedStyles: { '*': styles },
    allowedSchemes: linkSchemes,
    allowedSchemesByTag: { img: ['cid'] },
    allowProtocolRelative: false,
    nestingLimit: 100,
    transformTags: {
      '*': (tagName, attributes) => {
        count(attributes);
        return { tagName, attribs: attributes };
      },
      a: (tagName, attributes) => {
        const { target: _target, rel: _rel, ...kept } = attributes;
        return { tagName, attribs: { ...kept, target: '_blank', rel: 'noopener noreferrer nofollow' } };
      },
      img: (tagName, attributes) => {
        const source = attributes['src'] ?? '';
        const isElsewhere = isRemote(source) || isRemote(attributes['srcset'] ?? '');
        if (isElsewhere) remotePictures += 1;
        const { width, height, alt } = attributes;
        const kept: sanitizeHtml.Attributes = {};
        if (source.toLowerCase().startsWith('cid:'))
          kept['src'] = `cid:${source.slice(4).replaceAll(/[<>]/g, '').trim()}`;
        if (alt !== undefined) kept['alt'] = alt;
        if (width !== undefined && size.test(width)) kept['width'] = width;
        if (height !== undefined && size.test(height)) kept['height'] = height;
        return { tagName, attribs: kept };
      },
    },
    // A picture without a source shows as broken; one that was a tracking pixel has no words to leave behind.
    exclusiveFilter: (frame) => frame.tag === 'img' && frame.attribs['src'] === undefined && !frame.attribs['alt'],
  });
  return { html: cleaned.toWellFormed().replaceAll('\u0000', ''), remotePictures };
}
