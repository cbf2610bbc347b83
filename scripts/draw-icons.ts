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

/** The sign of the window, src/renderer/design/mark.tsx: three staves of different length and a note. */
const sign = (fill: string, corner: number, size = 0.57): string => `
  <rect width="100" height="100" rx="${String(corner)}" fill="${fill}"/>
  <g transform="translate(${String(50 - 50 * size)} ${String(50 - 50 * size)}) scale(${String((100 * size) / 16)})">
    <path d="M2.5 4.5h11M2.5 8h7M2.5 11.5h4" stroke="#FFFFFF" stroke-width="1.9" stroke-linecap="round" fill="none"/>
    <circle cx="12.6" cy="11" r="1.9" fill="#FFFFFF"/>
  </g>`;
const drawing = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${inside}</svg>\n`;

const appIcon = drawing(sign(INDIGO, 22));
// Small pictures are drawn larger: at 16 px every stave needs its pixel.
const tray = drawing(sign(INDIGO, 20, 0.86));
const trayUnread = drawing(
  `${sign(INDIGO, 20, 0.86)}<circle cx="78" cy="24" r="24" fill="#FFFFFF"/><circle cx="78" cy="24" r="19" fill="${RED}"/>`,
);
const trayOffline = drawing(
  `${sign(GREY, 20, 0.86)}<path d="M10 96 96 10" stroke="#FFFFFF" stroke-width="20"/><path d="M8 98 98 8" stroke="${GREY}" stroke-width="10" stroke-linecap="round"/>`,
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
