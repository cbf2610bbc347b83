import { expect, test } from 'vitest';
import { BadOption, readMetricsToken, readOptions, USAGE } from './read-options.ts';

test('without options the server listens on this machine only and brings no demo', () => {
  expect(readOptions([])).toEqual({
    dataDir: 'data/server',
    port: 4800,
    host: '127.0.0.1',
    demo: false,
    demoTraffic: false,
    tls: undefined,
    proxies: expect.anything() as unknown,
    help: false,
  });
});

test('outside this computer the server speaks HTTPS, or names the proxy that does', () => {
  expect(() => readOptions(['--host', '0.0.0.0'])).toThrow(
    /in clear: give --tls-cert and --tls-key, or .* --trust-proxy/,
  );
  expect(readOptions(['--host', '0.0.0.0', '--tls-cert', '/c', '--tls-key', '/k']).tls).toEqual({
    cert: '/c',
    key: '/k',
  });
  const { proxies } = readOptions(['--host', '10.0.0.2', '--trust-proxy', '10.0.0.1', '--trust-proxy', 'fd00::/8']);
  expect([proxies.isOne('10.0.0.1'), proxies.isOne('fd00::9'), proxies.isOne('10.0.0.3')]).toEqual([true, true, false]);
  expect(() => readOptions(['--tls-cert', '/c'])).toThrow('--tls-cert and --tls-key need each other');
  expect(() => readOptions(['--trust-proxy', 'the-proxy'])).toThrow(/--trust-proxy must be .* not "the-proxy"/);
});

test('every option is read, and the last of --demo and --no-demo counts', () => {
  const options = readOptions(['--data', '/d', '--port', '0', '--host', '::1', '--demo', '--demo-traffic']);
  expect(options).toMatchObject({ dataDir: '/d', port: 0, host: '::1', demo: true, demoTraffic: true, help: false });
  expect(readOptions(['--demo', '--no-demo']).demo).toBe(false);
});

test('an option that is not known or not right is refused by its name', () => {
  for (const args of [['--prot'], ['--port', '-1'], ['--port', '65536'], ['--port', '80a'], ['--data', ''], ['rest']]) {
    expect(() => readOptions(args), args.join(' ')).toThrow(BadOption);
  }
});

test('the help names every option', () => {
  for (const option of [
    '--data',
    '--port',
    '--host',
    '--demo',
    '--no-demo',
    '--demo-traffic',
    '--tls-cert',
    '--tls-key',
    '--trust-proxy',
    '--help',
  ])
    expect(USAGE).toContain(option);
});

test('a token for the figures is taken as it is; one that is short or cannot stand in a header is refused by its name', () => {
  expect(readMetricsToken(undefined)).toBeUndefined();
  expect(readMetricsToken('')).toBeUndefined();
  expect(readMetricsToken('p7Jm-2kQw9-zXv41')).toBe('p7Jm-2kQw9-zXv41');
  for (const text of ['short', 'with spaces in the middle', '合言葉'.repeat(8)])
    expect(() => readMetricsToken(text), text).toThrow('KANADE_METRICS_TOKEN');
});
