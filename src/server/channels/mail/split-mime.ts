/**
 * Finds where each part of a mail begins and ends, so that one part's label or bytes can be put right without touching
 * the rest. Counts as it goes and stops at its limits: a mail is written by a stranger. Decodes no text.
 */

/** One part, by offsets into the raw mail. Header = from `start` to `bodyStart`, with its empty line. */
export type MimePart = {
  start: number;
  bodyStart: number;
  end: number;
  depth: number;
  fields: HeaderField[];
  /** Lower case `type/subtype`; `text/plain` when nothing is said (RFC 2045, 5.2). */
  contentType: string;
  parameters: Record<string, string>;
  disposition: string | null;
  /** Lower case; `7bit` when nothing is said. */
  transferEncoding: string;
  isMultipart: boolean;
};

/** One header field by offsets, folded lines included. */
export type HeaderField = { name: string; start: number; valueStart: number; end: number };

export type MimeLimits = { maxParts: number; maxDepth: number; maxHeaderBytes: number; maxHeaderFields: number };

/**
 * Far above what people send (a newsletter has ten parts, a long To line is 50 KB), far below what hurts: 30 levels of
 * 25 MB are searched in well under the time limit of the reader.
 */
export const mimeLimits: MimeLimits = {
  maxParts: 500,
  maxDepth: 30,
  maxHeaderBytes: 512 * 1024,
  maxHeaderFields: 2_000,
};

/** A mail that is built to hurt its reader; `reason` is a name (`mime-too-deep` …). */
export class MimeLimitError extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Lists all parts, outer before inner, in order.
 * @throws MimeLimitError when the mail has more parts, levels or header than `limits` allow
 */
export function splitMime(raw: Buffer, limits: MimeLimits = mimeLimits): MimePart[] {
  const parts: MimePart[] = [];
  const waiting: { start: number; end: number; depth: number }[] = [{ start: 0, end: raw.length, depth: 0 }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (parts.length >= limits.maxParts) throw new MimeLimitError('mime-too-many-parts');
    if (next.depth > limits.maxDepth) throw new MimeLimitError('mime-too-deep');
    const part = readPart(raw, next.start, next.end, next.depth, limits);
    parts.push(part);
    const boundary = part.parameters['boundary'];
    if (part.isMultipart && boundary !== undefined && boundary !== '') {
      const room = limits.maxParts - parts.length - waiting.length;
      const inner = splitBody(raw, part.bodyStart, part.end, boundary, room);
      waiting.unshift(...inner.map((range) => ({ ...range, depth: part.depth + 1 })));
    }
  }
  return parts;
}

function readPart(raw: Buffer, start: number, end: number, depth: number, limits: MimeLimits): MimePart {
  const bodyStart = findBody(raw, start, end);
  if (bodyStart - start > limits.maxHeaderBytes) throw new MimeLimitError('mime-header-too-large');
  const fields = listFields(raw, start, bodyStart, limits);
  const value = (name: string): string | null => {
    const field = fields.find((one) => one.name === name);
    return field === undefined ? null : unfold(raw, field);
  };
  const type = parseValue(value('content-type') ?? 'text/plain');
  const disposition = value('content-disposition');
  return {
    start,
    bodyStart,
    end,
    depth,
    fields,
    contentType: type.value.includes('/') ? type.value : 'text/plain',
    parameters: type.parameters,
    disposition: disposition === null ? null : parseValue(disposition).value,
    transferEncoding: parseValue(value('content-transfer-encoding') ?? '7bit').value,
    isMultipart: type.value.startsWith('multipart/'),
  };
}

/** Offset after the empty line that ends a header; `end` when there is none. */
function findBody(raw: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const newline = raw.indexOf(0x0a, at);
    const lineEnd = newline === -1 || newline >= end ? end : newline + 1;
    const length = lineEnd - at;
    if (raw[at] === 0x0a || (length === 2 && raw[at] === 0x0d && raw[at + 1] === 0x0a)) return lineEnd;
    at = lineEnd;
  }
  return end;
}

function listFields(raw: Buffer, start: number, bodyStart: number, limits: MimeLimits): HeaderField[] {
  const fields: HeaderField[] = [];
  let at = start;
  while (at < bodyStart) {
    const newline = raw.indexOf(0x0a, at);
    const lineEnd = newline === -1 || newline >= bodyStart ? bodyStart : newline + 1;
    const last = fields.at(-1);
    if ((raw[at] === 0x20 || raw[at] === 0x09) && last !== undefined) {
      last.end = lineEnd;
    } else {
      const nameLength = raw.subarray(at, Math.min(lineEnd, at + 128)).indexOf(0x3a);
      if (nameLength !== -1) {
        const name = raw
          .toString('latin1', at, at + nameLength)
          .trim()
          .toLowerCase();
        fields.push({ name, start: at, valueStart: at + nameLength + 1, end: lineEnd });
        if (fields.length > limits.maxHeaderFields) throw new MimeLimitError('mime-too-many-headers');
      }
    }
    at = lineEnd;
  }
  return fields;
}

/** The value of a header field as Latin-1 characters (one a byte), unfolded, without the outer spaces. */
export function unfold(raw: Buffer, field: HeaderField): string {
  return raw
    .toString('latin1', field.valueStart, field.end)
    .replaceAll(/\r?\n(?=[ \t])/g, '')
    .trim();
}

/** `text/plain; charset="x"` → value and parameters, both in lower case but for the parameters' values. */
function parseValue(header: string): { value: string; parameters: Record<string, string> } {
  const semicolon = header.indexOf(';');
  const value = (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase();
  const parameters: Record<string, string> = {};
  if (semicolon !== -1) {
    const rest = header.slice(semicolon);
    for (const match of rest.matchAll(/;\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g)) {
      const name = (match[1] ?? '').toLowerCase();
      parameters[name] ??= match[2] === undefined ? (match[3] ?? '') : match[2].replaceAll(/\\(.)/g, '$1');
    }
  }
  return { value, parameters };
}

function splitBody(
  raw: Buffer,
  bodyStart: number,
  end: number,
  boundary: string,
  room: number,
): { start: number; end: number }[] {
  const marker = Buffer.from(`--${boundary}`, 'latin1');
  const ranges: { start: number; end: number }[] = [];
  let partStart: number | null = null;
  let at = raw.indexOf(marker, bodyStart);
  while (at !== -1 && at < end) {
    const isAtLineStart = at === bodyStart || raw[at - 1] === 0x0a;
    const after = at + marker.length;
    const isLast = raw[after] === 0x2d && raw[after + 1] === 0x2d;
    const newline = raw.indexOf(0x0a, after);
    const lineEnd = newline === -1 || newline >= end ? end : newline + 1;
    const restOfLine = raw.toString('latin1', isLast ? after + 2 : after, Math.min(lineEnd, after + 200)).trim();
    if (isAtLineStart && restOfLine === '') {
      if (partStart !== null) ranges.push({ start: partStart, end: beforeLineBreak(raw, partStart, at) });
      if (ranges.length > room) throw new MimeLimitError('mime-too-many-parts');
      partStart = isLast ? null : lineEnd;
      if (isLast) return ranges;
    }
    at = raw.indexOf(marker, after);
  }
  // Cut off in the middle: what is there still counts.
  if (partStart !== null && partStart < end) ranges.push({ start: partStart, end });
  return ranges;
}

/** The line break before a boundary belongs to the boundary (RFC 2046, 5.1.1). */
function beforeLineBreak(raw: Buffer, start: number, at: number): number {
  let end = at;
  if (end > start && raw[end - 1] === 0x0a) end -= 1;
  if (end > start && raw[end - 1] === 0x0d) end -= 1;
  return end;
}
