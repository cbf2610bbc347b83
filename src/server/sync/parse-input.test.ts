import { expect, test } from 'vitest';
import { pullSchema, signInSchema, submitSchema } from '../../shared/sync-protocol.ts';
import { parseInput } from './parse-input.ts';

test('a refusal names the field and the rule, and repeats nothing that was sent', () => {
  const secret = 'himitsu';
  const refusals = [
    parseInput(pullSchema, { scope: secret, after: 0 }),
    parseInput(signInSchema, { login: 7, password: secret, device: {} }),
    parseInput(signInSchema, { login: 'a', password: secret, device: { clientId: secret }, [secret]: 1 }),
    parseInput(submitSchema, { mid: 1, command: { id: secret, composedAt: 0, body: { kind: secret } } }),
    parseInput(submitSchema, secret),
  ];
  for (const refusal of refusals) {
    expect(refusal.ok).toBe(false);
    expect(JSON.stringify(refusal)).not.toContain(secret);
  }
  expect(refusals[0]).toMatchObject({ ok: false, detail: '"scope": is not what this version of the protocol allows' });
  expect(refusals[1]).toMatchObject({ ok: false, detail: '"login": must be of type string' });
});
