import { expect, test } from 'vitest';
import { killNine } from './kill-nine.ts';

const seed = Number(process.env['SEED'] ?? 20_261_124);
/** Kills of both suites together. */
const kills = Number(process.env['KILLS'] ?? 200);

test.each([
  ['pglite', 0.6],
  ['postgresql', 0.4],
] as const)(
  'kill -9 of server and console on %s: every order once, in order, at every desk and at the provider',
  async (engine, share) => {
    const report = await killNine(engine, Math.round(kills * share), seed);
    process.stdout.write(`${engine}: ${JSON.stringify(report)}\n`);
    expect(report.ofServer + report.ofConsole).toBe(report.kills);
  },
);
