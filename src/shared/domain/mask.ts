/** How personal data look to an agent without the right to see them. The full value never leaves the server for them. */

/** `090-1234-5678` or `+819012345678` → `090-••••-5678`: enough to recognise, too little to call. */
export function maskPhone(e164: string): string {
  const national = e164.startsWith('+81') ? `0${e164.slice(3)}` : e164;
  const digits = national.replaceAll(/[^0-9+]/g, '');
  const head = digits.slice(0, 3);
  const tail = digits.slice(-4);
  return digits.length < 8 ? '••••' : `${head}-••••-${tail}`;
}

/** `m.tanaka@example.jp` → `m.t••••@example.jp`. An address without `@` is masked whole. */
export function maskMail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return '••••';
  return `${address.slice(0, Math.min(3, Math.max(1, at - 1)))}••••${address.slice(at)}`;
}

/** `大阪市北区梅田1-2-3` → `大阪市北区 ••••`: town and ward stay, street goes. */
export function maskAddress(address: string): string {
  const town = /^(.{2,3}[都道府県])?(.{1,6}?[市区町村郡])(.{1,5}?[区町村])?/.exec(address)?.[0];
  return town ? `${town} ••••` : '••••';
}
