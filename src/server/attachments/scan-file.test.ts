import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BadScanner, openScanner, type Scan } from './scan-file.ts';

/** The 68 bytes that every scanner finds, by agreement (eicar.org); put together here so that no scanner finds this file. */
const eicar = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
const big = Buffer.alloc(200_000, 'a');

/** Speaks INSTREAM as clamd(8) describes it, and finds one thing. */
function answerAsClamd(server: Server): void {
  server.on('connection', (socket) => {
    let heard = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      heard = Buffer.concat([heard, data]);
      const start = 'zINSTREAM\0'.length;
      if (heard.subarray(0, start).toString() !== 'zINSTREAM\0') return;
      const chunks: Buffer[] = [];
      for (let at = start; at + 4 <= heard.length; ) {
        const length = heard.readUInt32BE(at);
        if (length === 0) {
          const whole = Buffer.concat(chunks);
          socket.end(whole.includes(eicar) ? 'stream: Win.Test.EICAR_HDB-1 FOUND\0' : 'stream: OK\0');
          return;
        }
        if (at + 4 + length > heard.length) return;
        chunks.push(heard.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
    });
  });
}

describe('the virus scan', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-scan-'));
  const server = createServer();
  const scanner = (setting: string): Scan => {
    const scan = openScanner(setting);
    if (scan === null) throw new Error('no scanner');
    return scan;
  };
  beforeAll(async () => {
    answerAsClamd(server);
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'clamd.ctl'), resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('by clamd tells clean from infected, whatever the size, and by which name', async () => {
    const scan = scanner(`clamd:${path.join(folder, 'clamd.ctl')}`);
    expect(await scan(Buffer.from('hello'))).toEqual({ is: 'clean' });
    expect(await scan(big)).toEqual({ is: 'clean' });
    expect(await scan(new Uint8Array(0))).toEqual({ is: 'clean' });
    expect(await scan(Buffer.concat([big, eicar]))).toEqual({ is: 'infected', name: 'Win.Test.EICAR_HDB-1' });
  });

  test('by a command goes by its exit code, and anything but 0 and 1 is not known', async () => {
    const command = path.join(folder, 'scan.sh');
    writeFileSync(command, '#!/bin/sh\nif grep -q EICAR; then echo "stdin: Eicar FOUND"; exit 1; fi\nexit $1\n');
    chmodSync(command, 0o755);
    expect(await scanner(`command:${command} 0`)(big)).toEqual({ is: 'clean' });
    expect(await scanner(`command:${command} 0`)(eicar)).toEqual({ is: 'infected', name: 'Eicar' });
    expect(await scanner(`command:${command} 2`)(big)).toEqual({ is: 'unknown', why: 'exit-2' });
  });

  test('that cannot be asked is not known, and never clean', async () => {
    expect(await scanner('clamd:127.0.0.1:1')(eicar)).toEqual({ is: 'unknown', why: 'ECONNREFUSED' });
    expect(await scanner('clamd:/no/such.socket')(eicar)).toEqual({ is: 'unknown', why: 'ENOENT' });
    expect(await scanner('command:/no/such/scanner')(eicar)).toEqual({ is: 'unknown', why: 'ENOENT' });
  });

  test('is none when it is not set, and a setting that names none is refused by the name of its key', () => {
    expect(openScanner(undefined)).toBeNull();
    expect(openScanner('')).toBeNull();
    for (const wrong of ['yes', 'clamd:', 'clamd:host', 'command:', 'clamav:/x'])
      expect(() => openScanner(wrong), wrong).toThrow(BadScanner);
  });
});
