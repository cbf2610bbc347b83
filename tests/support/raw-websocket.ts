/**
 * A websocket as bytes, for what no client library sends: broken text, broken frames, half a message. Reads only enough
 * to wait for a word of the server. RFC 6455, sections 1.3 and 5.2.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { eventually } from './eventually.ts';

export type RawWebSocket = {
  /** Sends one frame; text (1) unless another opcode is given. */
  send(payload: string | Uint8Array, opcode?: number): void;
  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void;
  /** What the server has said, as one text. */
  said(): string;
  isClosed(): boolean;
  close(): void;
};

/** Opens one to the console's namespace of a server and says the token there. */
export async function openRawConsole(url: string, token: string): Promise<RawWebSocket> {
  const raw = await openRawWebSocket(url);
  await eventually(() => raw.said().includes('"sid"'));
  raw.send(`40/console,${JSON.stringify({ token })}`);
  await eventually(() => raw.said().includes('40/console'));
  return raw;
}

async function openRawWebSocket(url: string): Promise<RawWebSocket> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = '';
  let isClosed = false;
  let isOpen = false;
  let unread = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
    unread = Buffer.concat([unread, chunk]);
    const head = unread.indexOf('\r\n\r\n');
    if (!isOpen && head === -1) return;
    if (!isOpen) unread = unread.subarray(head + 4);
    isOpen = true;
    if (saysGoodbye()) socket.destroy();
  });
  /** Reads whole frames off the front; true at a close frame, which an honest client would answer. */
  function saysGoodbye(): boolean {
    while (unread.length >= 2) {
      const short = (unread[1] ?? 0) & 0x7f;
      const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (unread.length < headLength) return false;
      const length = short < 126 ? short : short === 126 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2));
      if (((unread[0] ?? 0) & 0x0f) === 8) return true;
      if (unread.length < headLength + length) return false;
      unread = unread.subarray(headLength + length);
    }
    return false;
  }
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  socket.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      `Host: ${host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      '',
      '',
    ].join('\r\n'),
  );
  await eventually(() => said.includes('101 Switching'));
  return {
    send(payload, opcode = 1) {
      const bytes = Buffer.from(payload);
      const mask = randomBytes(4);
      const head = Buffer.alloc(bytes.length < 126 ? 2 : 10);
      head[0] = 0x80 | opcode;
      if (bytes.length < 126) head[1] = 0x80 | bytes.length;
      else {
        head[1] = 0x80 | 127;
        head.writeBigUInt64BE(BigInt(bytes.length), 2);
      }
      socket.write(Buffer.concat([head, mask, Buffer.from(bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))]));
    },
    write: (bytes) => void socket.write(bytes),
    said: () => said,
    isClosed: () => isClosed,
    close: () => socket.destroy(),
  };
}
