/** Counts what touches the disk, and ends everything before the n-th touch: by an error that nothing survives, or by kill -9. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

const TOUCHES = ['copyFileSync', 'renameSync', 'rmSync', 'fsyncSync', 'writeSync', 'openSync'] as const;

/** What an end by error throws, at that touch and at every later one: no cleaning up after death. */
export class Ended extends Error {}

export type Breaking = { touches(): number; restore(): void };

/** @param end at the n-th touch from now, counted from 1; 0 = never */
export function breakAt(n: number, end: () => never): Breaking {
  let touches = 0;
  const touch = (): void => {
    touches += 1;
    if (n !== 0 && touches >= n) end();
  };
  const originals = TOUCHES.map((name) => [name, fs[name]] as const);
  for (const [name, original] of originals) {
    const counted = (...values: unknown[]): unknown => {
      touch();
      return (original as (...values: unknown[]) => unknown)(...values);
    };
    Object.assign(fs, { [name]: counted });
  }
  syncBuiltinESMExports();
  const pragma = Database.prototype.pragma;
  Database.prototype.pragma = function counted(this: Database.Database, ...values: Parameters<typeof pragma>) {
    touch();
    return pragma.apply(this, values);
  };
  return {
    touches: () => touches,
    restore() {
      for (const [name, original] of originals) Object.assign(fs, { [name]: original });
      syncBuiltinESMExports();
      Database.prototype.pragma = pragma;
    },
  };
}
