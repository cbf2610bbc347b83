/**
 * Cuts what an IMAP client sends into commands and their words (RFC 3501, 9): atoms, quoted strings, literals, lists.
 * Understands no command.
 */

/** A word, or a list of them. Quotes are gone: for the few commands of a demo the difference means nothing. */
export type Word = string | Word[];

export type ImapCommand = { tag: string; name: string; words: Word[] };

/** What the connection must do next. */
export type Reading =
  | { kind: 'more' }
  /** The client waits for leave to send a literal. */
  | { kind: 'continue' }
  | { kind: 'command'; command: ImapCommand }
  | { kind: 'bad'; tag: string; why: string };

/** Longest command with its literals, in bytes: a mail of 25 MB and its command. */
const MAX_COMMAND = 26 * 1024 * 1024;
const MAX_DEPTH = 10;

export type CommandReader = {
  push(bytes: Buffer): void;
  /** Called until it says `more`. */
  next(): Reading;
  /** The next line as it is: for `DONE` and for SASL. Null until it is whole. */
  nextLine(): string | null;
};

/** Reads one connection. */
export function createCommandReader(): CommandReader {
  let waiting: Buffer = Buffer.alloc(0);
  /** What the current command has so far: text as Latin-1, literals as they are. */
  let pieces: (string | { literal: string })[] = [];
  let literalBytes: number | null = null;
  let size = 0;

  function takeLine(): string | null {
    const end = waiting.indexOf('\r\n');
    if (end === -1) return null;
    const line = waiting.toString('latin1', 0, end);
    waiting = waiting.subarray(end + 2);
    return line;
  }

  function fail(why: string): Reading {
    const first = pieces[0];
    const tag = typeof first === 'string' ? (first.split(' ')[0] ?? '*') : '*';
    waiting = Buffer.alloc(0);
    reset();
    return { kind: 'bad', tag, why };
  }

  function reset(): void {
    pieces = [];
    literalBytes = null;
    size = 0;
  }

  return {
    push(bytes) {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
    },
    nextLine: takeLine,
    next() {
      for (;;) {
        if (literalBytes !== null) {
          if (waiting.length < literalBytes) return { kind: 'more' };
          pieces.push({ literal: waiting.toString('latin1', 0, literalBytes) });
          waiting = waiting.subarray(literalBytes);
          literalBytes = null;
        }
        const line = takeLine();
        if (line === null) return waiting.length > MAX_COMMAND ? fail('the line is too long') : { kind: 'more' };
        const literal = /\{(\d{1,9})(\+?)\}$/.exec(line);
        pieces.push(literal === null ? line : line.slice(0, literal.index));
        size += line.length + Number(literal?.[1] ?? 0);
        if (size > MAX_COMMAND) return fail('the command is too long');
        if (literal !== null) {
          literalBytes = Number(literal[1]);
          if (literal[2] === '') return { kind: 'continue' };
          continue;
        }
        const whole = pieces;
        reset();
        return parse(whole);
      }
    },
  };
}

function parse(pieces: (string | { literal: string })[]): Reading {
  const [tag = '', name = ''] = (typeof pieces[0] === 'string' ? pieces[0] : '').split(' ', 2);
  if (tag === '' || name === '')
    return { kind: 'bad', tag: tag === '' ? '*' : tag, why: 'a command is a tag, a name and its words' };
  try {
    const words = readWords(pieces).slice(2);
    return { kind: 'command', command: { tag, name: name.toUpperCase(), words } };
  } catch (error) {
    return { kind: 'bad', tag, why: error instanceof Error ? error.message : 'not understood' };
  }
}

function readWords(pieces: (string | { literal: string })[]): Word[] {
  const root: Word[] = [];
  const open: Word[][] = [root];
  const add = (word: Word): void => void open.at(-1)?.push(word);
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      add(piece.literal);
      continue;
    }
    // An atom may hold brackets with words inside: BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.100>
    for (const match of piece.matchAll(/"((?:[^"\\]|\\.)*)"|\(|\)|[^\s()"[]+(?:\[[^\]]*\](?:<[\d.]+>)?)?|\S/g)) {
      const [text, quoted] = match;
      if (quoted !== undefined) add(quoted.replaceAll(/\\(.)/g, '$1'));
      else if (text === '(') {
        if (open.length > MAX_DEPTH) throw new Error('too many brackets');
        const list: Word[] = [];
        add(list);
        open.push(list);
      } else if (text === ')') {
        if (open.length === 1) throw new Error('a bracket is closed that was not opened');
        open.pop();
      } else add(text);
    }
  }
  if (open.length > 1) throw new Error('a bracket is not closed');
  return root;
}
