/**
 * Draws the pictures of resources/ from the shapes below: app icon, tray pictures, taskbar overlay. Run it after changing
 * a shape (`node scripts/draw-icons.ts`) and commit what it wrote. Needs a Chromium; the product never runs it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../tests/support/browser.ts';

const folder = path.join(import.meta.dirname, '..', 'resources');
/** Tokens `accent-solid`, `red-solid` and `strong` of the interface. */
const INDIGO = '#2B48C4';
const RED = '#C2183A';
const GREY = '#7C8698';

/** Kanade (奏で) is to play: a speech bubble whose words are the strings of a koto, each with its bridge. */
const bubble = (fill: string, strings: string): string => `
  <path fill="${fill}" d="M22 14h56a14 14 0 0 1 14 14v32a14 14 0 0 1-14 14H48L28 90V74h-6A14 14 0 0 1 8 60V28a14 14 0 0 1 14-14z"/>
  <g stroke="${strings}" stroke-width="7" stroke-linecap="round">
    <path d="M28 36v16M42.7 28v32M57.300 33v22M72 38v12"/>
  </g>`;
const drawing = (inside: string, box = '0 0 100 100'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${inside}</svg>\n`;

const appIcon = drawing(
  `<rect width="100" height="100" rx="22" fill="${INDIGO}"/><g transform="translate(14 13) scale(.72)">${bubble('#FFFFFF', INDIGO)}</g>`,
);
const tray = drawing(bubble(INDIGO, '#FFFFFF'), '4 6 92 92');
const trayUnread = drawing(
  `${bubble(INDIGO, '#FFFFFF')}<circle cx="80" cy="24" r="20" fill="#FFFFFF"/><circle cx="80" cy="24" r="16" fill="${RED}"/>`,
  '4 6 92 92',
);
const trayOffline = drawing(
  `${bubble(GREY, '#FFFFFF')}<path d="M12 94 92 10" stroke="#FFFFFF" stroke-width="16"/><path d="M12 94 92 10" stroke="${GREY}" stroke-width="8" stroke-linecap="round"/>`,
  '4 6 92 92',
);
const overlay = drawing(
  `<circle cx="50" cy="50" r="42" fill="${RED}"/><circle cx="50" cy="50" r="16" fill="#FFFFFF"/>`,
);

const pictures: readonly [name: string, svg: string, size: number][] = [
  ['icon.png', appIcon, 512],
  ['tray.png', tray, 16],
  ['tray@2x.png', tray, 32],
  ['tray-unread.png', trayUnread, 16],
  ['tray-unread@2x.png', trayUnread, 32],
  ['tray-offline.png', trayOffline, 16],
  ['tray-offline@2x.png', trayOffline, 32],
  ['overlay-unread.png', overlay, 32],
];
/** Sizes that Windows asks for. */
const ICO_SIZES = [16, 24, 32, 48, 64, 256];

const found = await findBrowser();
const browser = await chromium.launch({
  executablePath: found.executablePath,
  args: [...chromiumArgs],
  env: { ...process.env, ...found.env },
});
const page = await browser.newPage({ deviceScaleFactor: 1 });
const draw = async (svg: string, size: number): Promise<Buffer> => {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  return page.screenshot({ omitBackground: true });
};

mkdirSync(folder, { recursive: true });
for (const [name, svg, size] of pictures) writeFileSync(path.join(folder, name), await draw(svg, size));
writeFileSync(path.join(folder, 'icon.svg'), appIcon);
const icons: Buffer[] = [];
for (const size of ICO_SIZES) icons.push(await draw(appIcon, size));
writeFileSync(path.join(folder, 'icon.ico'), packIco(icons));
await browser.close();

/** An .ico of PNG pictures: 6 bytes of head, 16 for each picture, then the pictures. learn.microsoft.com, "Icons in Win32". */
function packIco(pngs: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pngs.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pngs.length, 4);
  let offset = head.length;
  pngs.forEach((png, index) => {
    const at = 6 + 16 * index;
    const size = ICO_SIZES[index] ?? 0;
    // 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...pngs]);
}
