/** Makes elements of the page. Text goes in as text: there is no way through here to markup that somebody wrote. */

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null;

/**
 * Makes an element.
 * @param attributes `true` sets an empty attribute, `false`, null and undefined none
 */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

const svgNames = 'http://www.w3.org/2000/svg';

/** Makes a line icon of 24 by 24 from the `d` of its paths; it is decoration and hidden from screen readers. */
export function makeIcon(...paths: string[]): SVGSVGElement {
  const svg = document.createElementNS(svgNames, 'svg');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 24 24',
    width: '20',
    height: '20',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    focusable: 'false',
  })) {
    svg.setAttribute(name, value);
  }
  for (const d of paths) {
    const path = document.createElementNS(svgNames, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

export const icons = {
  close: ['M18 6 6 18', 'M6 6l12 12'],
  send: ['M22 2 11 13', 'M22 2l-7 20-4-9-9-4 20-7z'],
  attach: ['M21.4 11.1l-9.2 9.2a6 6 0 0 1-8.5-8.5l9.2-9.2a4 4 0 0 1 5.7 5.7l-9.2 9.2a2 2 0 0 1-2.8-2.8l8.5-8.5'],
  file: ['M14 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8z', 'M14 2v6h6'],
  leave: ['M3 6h18', 'M8 6V4a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v2', 'M19 6l-1 14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2L5 6'],
  down: ['M12 5v14', 'M19 12l-7 7-7-7'],
} as const;

/**
 * Text with its web addresses as links. An address is only ever http or https, opens apart from the page, and shows the
 * real host when it is written in letters that look like others.
 */
export function linkText(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"'「」（）、。]+/gu)) {
    const written = match[0].replace(/[.,!?:;)\]]+$/u, '');
    if (!URL.canParse(written)) continue;
    const url = new URL(written);
    fragment.append(text.slice(at, match.index));
    const link = make('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, written);
    fragment.append(link);
    if (url.hostname.includes('xn--')) fragment.append(` (${url.hostname})`);
    at = match.index + written.length;
  }
  fragment.append(text.slice(at));
  return fragment;
}
