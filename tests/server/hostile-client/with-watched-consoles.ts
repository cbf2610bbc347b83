/** A server whose log and figures are watched while consoles try to do harm; what was sent must never stand in the log. */
import { afterEach, expect } from 'vitest';
import { mineScope } from '../../../src/shared/domain/scope.ts';
import type { Engine } from '../../support/databases.ts';
import type { TestConsole } from '../../support/test-console.ts';
import { withConsoles } from '../../support/with-consoles.ts';

/** Stands for what customers write: in every hostile payload, and never in the log. */
export const SECRET = '口外無用の秘密の一文';

/** Call at the top of a suite. After each test the log is searched for the secret, and the server must be up. */
export function withWatchedConsoles(engine: Engine) {
  const logged: string[] = [];
  const doors = withConsoles(engine, (line) => logged.push(line));
  const { server } = doors;

  const figure = async (name: string): Promise<number> => {
    const figures = await (await fetch(`${server().url}/metrics`)).text();
    const line = figures.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length + 1));
  };

  afterEach(async () => {
    expect(logged.filter((line) => line.includes(SECRET))).toEqual([]);
    expect((await fetch(`${server().url}/healthz`)).status).toBe(200);
  });

  return {
    ...doors,
    logged,
    figure,
    /** How often consoles were refused so. */
    faults: (event: string, why: string) => figure(`kanade_console_faults_total{event="${event}",why="${why}"}`),
    wasLogged: (...words: string[]) => logged.some((line) => words.every((word) => line.includes(word))),
    /** Asks a question for a console of `ito`, as one who has nothing to do with it all. */
    async isServed(console: TestConsole): Promise<void> {
      expect(await console.pull(mineScope(server().centre.agents.ito.id), 0)).toMatchObject({ ok: true });
    },
  };
}
