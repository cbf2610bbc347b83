/** The contract between consoles and servers is pinned: whoever changes it is told what else has to change with it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { rowSchemas } from '../../src/shared/domain/synced-kinds.ts';
import * as accounts from '../../src/shared/account-protocol.ts';
import * as protocol from '../../src/shared/sync-protocol.ts';

/** JSON Schema keeps names, types, limits and the order of columns; what it cannot express (raw bytes) becomes `{}`. */
function hashOf(schemas: Record<string, unknown>): string {
  const described = Object.keys(schemas)
    .sort()
    .map((name) => [name, z.toJSONSchema(schemas[name] as z.ZodType, { unrepresentable: 'any', io: 'input' })]);
  return createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 16);
}

/** Everything that crosses: the schemas of the protocol (commands stand in them) and the rows inside its pages. */
function contract(): Record<string, unknown> {
  const ofProtocol = Object.entries({ ...protocol, ...accounts }).filter(([, value]) => value instanceof z.ZodType);
  const ofRows = Object.entries(rowSchemas).map(([kind, schema]): [string, unknown] => [`row ${kind}`, schema]);
  return Object.fromEntries([...ofProtocol, ...ofRows]);
}

test('the contract is the one that PROTOCOL_VERSION stands for', () => {
  const hash = hashOf(contract());
  expect(
    hash,
    `The contract of console and server has changed. In src/shared/sync-protocol.ts:
  1. if version ${protocol.PROTOCOL_VERSION} has been released, raise PROTOCOL_VERSION and OLDEST_PROTOCOL_VERSION by one;
  2. say in the history what is new, in the line of the version (a console of the version before must still be served);
  3. set CONTRACT_HASH = '${hash}'.`,
  ).toBe(protocol.CONTRACT_HASH);
});

test('a new column, another limit and another order of columns each change the hash', () => {
  const of = (shape: z.ZodRawShape): string => hashOf({ row: z.object(shape) });
  const before = of({ id: z.uuid(), text: z.string().max(10) });
  expect(of({ id: z.uuid(), text: z.string().max(10) })).toBe(before);
  const others = [
    of({ id: z.uuid(), text: z.string().max(10), later: z.string().nullable() }),
    of({ id: z.uuid(), text: z.string().max(11) }),
    of({ text: z.string().max(10), id: z.uuid() }),
  ];
  expect(new Set([before, ...others]).size).toBe(4);
});

test('the history has a line for each version, and the server speaks the last two', () => {
  const source = readFileSync(new URL('../../src/shared/sync-protocol.ts', import.meta.url), 'utf8');
  const told = [...source.matchAll(/^ \* {3}(\d+): /gm)].map(([, version]) => Number(version));
  expect(told).toEqual(Array.from({ length: protocol.PROTOCOL_VERSION }, (_, at) => at + 1));
  expect(protocol.OLDEST_PROTOCOL_VERSION).toBe(protocol.PROTOCOL_VERSION - 1);
});
