import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { describe, expect, test } from 'vitest';
import { checkDmarc, readTrustedHeader } from './check-dmarc.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const publicText = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** A zone of one domain that asks for rejection; every other question has no answer, as in a real DNS. */
const zone: Record<string, string[][]> = {
  'TXT customer.test': [['v=spf1 ip4:192.0.2.1 -all']],
  'TXT _dmarc.customer.test': [['v=DMARC1; p=reject']],
  'TXT s1._domainkey.customer.test': [[`v=DKIM1; k=rsa; p=${publicText}`]],
};
const asked: string[] = [];
async function resolve(name: string, type: string): Promise<string[][]> {
  asked.push(`${type} ${name}`);
  const found = zone[`${type} ${name}`];
  if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  return found;
}

const plain =
  'Return-Path: <hanako@customer.test>\r\n' +
  'Received: from out.customer.test (out.customer.test [198.51.100.9]) by mx.centre.test with ESMTP id 1; Mon, 23 Nov 2026 10:00:00 +0900\r\n';
const body =
  'From: hanako@customer.test\r\nTo: support@centre.test\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 10:00:00 +0900\r\n\r\nhello\r\n';

async function signed(text: string): Promise<string> {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = { signingDomain: 'customer.test', selector: 's1', privateKey: pem };
  const { signatures } = await dkimSign(text, { ...key, signatureData: [key] });
  return signatures + text;
}

const check = (raw: string, dkimSignatures = 1) =>
  checkDmarc({ raw: Buffer.from(raw), authenticationResults: [], dkimSignatures }, { mode: 'dns' }, resolve);

describe('DMARC by DNS', () => {
  test('a signed mail passes, whichever server brought it', async () => {
    expect(await check(plain + (await signed(body)))).toBe('pass');
  });
  test('a signed mail that was changed on its way fails', async () => {
    expect(await check(plain + (await signed(body)).replace('hello', 'pay here'))).toBe('fail');
  });
  test('an unsigned mail from a foreign server fails', async () => {
    expect(await check(plain + body)).toBe('fail');
  });
  test('a domain without a policy has no result', async () => {
    expect(await check(plain + body.replace('hanako@customer.test', 'a@nothing.test'))).toBe('none');
  });
  test('when the DNS cannot be reached nobody knows', async () => {
    const dead = async (): Promise<string[][]> => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    };
    const raw = Buffer.from(plain + body);
    expect(await checkDmarc({ raw, authenticationResults: [], dkimSignatures: 0 }, { mode: 'dns' }, dead)).toBeNull();
  });
  test('a mail with a hundred signatures is not checked at all', async () => {
    asked.length = 0;
    expect(await check(plain + body, 100)).toBeNull();
    expect(asked).toEqual([]);
  });
  test('switched off, nothing is asked', async () => {
    asked.length = 0;
    const raw = Buffer.from(plain + body);
    expect(
      await checkDmarc({ raw, authenticationResults: [], dkimSignatures: 0 }, { mode: 'off' }, resolve),
    ).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('the header of our own mail server', () => {
  const good =
    'mx.centre.test; spf=pass smtp.mailfrom=x; dkim=pass (good; dmarc=fail) header.d=x; dmarc=pass (p=reject) header.from=x';
  test('is believed when it stands on top', () => {
    expect(readTrustedHeader([good], 'MX.centre.test')).toBe('pass');
    expect(readTrustedHeader([good.replace('dmarc=pass', 'dmarc=fail')], 'mx.centre.test')).toBe('fail');
  });
  test('is not believed of another server, further down, or when it says nothing of DMARC', () => {
    expect(readTrustedHeader(['mx.evil.test; dmarc=pass', good], 'mx.centre.test')).toBeNull();
    expect(readTrustedHeader(['mx.centre.test.evil.test; dmarc=pass'], 'mx.centre.test')).toBeNull();
    expect(readTrustedHeader(['mx.centre.test; spf=pass'], 'mx.centre.test')).toBeNull();
    expect(readTrustedHeader(['mx.centre.test; (dmarc=pass) dmarc=temperror'], 'mx.centre.test')).toBeNull();
    expect(readTrustedHeader([], 'mx.centre.test')).toBeNull();
  });
});
