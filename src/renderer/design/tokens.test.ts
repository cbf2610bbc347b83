/** Computes the contrast of every pair that the interface puts on screen, so that a changed colour cannot pass unread. */
import { describe, expect, test } from 'vitest';
import css from './tokens.css?raw';

type Theme = 'light' | 'dark';
const tokens = new Map<string, Record<Theme, string>>();
for (const [, name, light, dark] of css.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g))
  tokens.set(name!, { light: light!, dark: dark! });

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function ratio(front: string, back: string, theme: Theme): number {
  const a = luminance(tokens.get(front)![theme]);
  const b = luminance(tokens.get(back)![theme]);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const TEXT = 4.5;
const EDGE = 3;
const pairs: [front: string, back: string, least: number][] = [
  ...['surface', 'canvas', 'selected', 'hover', 'subtle', 'raised', 'chip', 'note-tint', 'amber-tint', 'red-tint'].map(
    (back): [string, string, number] => ['ink', back, TEXT],
  ),
  ...['surface', 'canvas', 'selected', 'hover', 'subtle', 'raised', 'chip'].flatMap(
    (back): [string, string, number][] => [
      ['ink2', back, TEXT],
      ['ink3', back, TEXT],
    ],
  ),
  ...['accent', 'red', 'amber', 'green'].flatMap((front): [string, string, number][] => [
    [front, 'surface', TEXT],
    [front, 'selected', TEXT],
    [front, 'canvas', TEXT],
  ]),
  ['accent-ink', 'accent-tint', TEXT],
  ['note', 'note-tint', TEXT],
  ...['red', 'amber', 'green', 'violet', 'crisis'].map((hue): [string, string, number] => [hue, `${hue}-tint`, TEXT]),
  ...['accent', 'red', 'amber', 'green', 'violet', 'crisis'].map((hue): [string, string, number] => [
    `on-${hue}`,
    `${hue}-solid`,
    TEXT,
  ]),
  ['on-accent', 'accent-hover', TEXT],
  ...['phone', 'chat', 'mail', 'line', 'x', 'sms', 'ig'].map((ch): [string, string, number] => [
    'on-ch',
    `ch-${ch}`,
    TEXT,
  ]),
  ['strong', 'surface', EDGE],
  ['strong', 'canvas', EDGE],
  ...['surface', 'canvas', 'selected', 'raised', 'note-tint', 'amber-tint'].map((back): [string, string, number] => [
    'focus',
    back,
    EDGE,
  ]),
];

describe.each<Theme>(['light', 'dark'])('in the %s theme', (theme) => {
  test.each(pairs)('%s on %s reads at a ratio of at least %d', (front, back, least) => {
    expect(ratio(front, back, theme)).toBeGreaterThanOrEqual(least);
  });
});

test('the figures of the design table are the ones computed here', () => {
  expect(ratio('ink', 'surface', 'light')).toBeCloseTo(17.03, 1);
  expect(ratio('ink3', 'selected', 'dark')).toBeCloseTo(5.4, 1);
  expect(ratio('strong', 'canvas', 'light')).toBeCloseTo(3.22, 1);
});
