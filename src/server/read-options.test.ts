import { expect, test } from 'vitest';
import { BadOption, readMetricsToken, readOptions, USAGE } from './read-options.ts';

test('without options the server listens on this machine only and brings no demo', () => {
  expect(readOptions([])).toEqual({
    dataDir: 'data/server',
    port: 4800,
    host: '127.0.0.1',
    demo: false,
    demoTraffic: false,
    help: false,
  });
});

test('every option is read, and the last of --demo and --no-demo counts', () => {
  const options = readOptions(['--data', '/d', '--port', '0', '--host', '::1', '--demo', '--demo-traffic']);
  expect(options).toEqual({ dataDir: '/d', port: 0, host: '::1', demo: true, demoTraffic: true, help: false });
  expect(readOptions(['--demo', '--no-demo']).demo).toBe(false);
});

test('an option that is not known or not right is refused by its name', () => {
  for (const args of [['--prot'], ['--port', '-1'], ['--port', '65536'], ['--port', '80a'], ['--data', ''], ['rest']]) {
    expect(() => readOptions(args), args.join(' ')).toThrow(BadOption);
  }
});

test('the help names every option', () => {
  for (const option of ['--data', '--port', '--host', '--demo', '--no-demo', '--demo-traffic', '--help'])
    expect(USAGE).toContain(option);
});

test('a token for the figures is taken as it is; one that is short or cannot stand in a header is refused by its name', () => {
  expect(readMetricsToken(undefined)).toBeUndefined();
  expect(readMetricsToken('')).toBeUndefined();
  expect(readMetricsToken('p7Jm-2kQw9-zXv41')).toBe('p7Jm-2kQw9-zXv41');
  for (const text of ['short', 'with spaces in the middle', '合言葉'.repeat(8)])
    expect(() => readMetricsToken(text), text).toThrow('KANADE_METRICS_TOKEN');
});
