import { expect, test } from 'vitest';
import { BadOption, readOptions, USAGE } from './read-options.ts';

const nothing = {
  dataDir: 'data/server',
  port: 4800,
  host: '127.0.0.1',
  databaseUrl: undefined,
  masterKey: undefined,
  metricsToken: undefined,
  publicUrl: undefined,
  tls: undefined,
  proxies: expect.anything() as unknown,
  demo: false,
  demoTraffic: false,
  help: false,
};
const fileOf = (files: Record<string, unknown>) => (file: string) =>
  Object.hasOwn(files, file) ? JSON.stringify(files[file]) : null;

test('without options the server listens on this machine only and brings no demo', () => {
  expect(readOptions([])).toEqual(nothing);
});

test('outside this computer the server speaks HTTPS, or names the proxy that does', () => {
  expect(() => readOptions(['--host', '0.0.0.0'])).toThrow(
    /in clear: give --tls-cert and --tls-key, or .* --trust-proxy/,
  );
  const files = { cert: '/c', key: '/k' };
  expect(readOptions(['--host', '0.0.0.0', '--tls-cert', '/c', '--tls-key', '/k']).tls).toEqual(files);
  expect(readOptions(['--host', '0.0.0.0'], { KANADE_TLS_CERT: '/c', KANADE_TLS_KEY: '/k' }).tls).toEqual(files);
  const inOptions = readOptions(['--host', '10.0.0.2', '--trust-proxy', '10.0.0.1', '--trust-proxy', 'fd00::/8']);
  const inVariable = readOptions(['--host', '10.0.0.2'], { KANADE_TRUST_PROXY: '10.0.0.1, fd00::/8' });
  for (const { proxies } of [inOptions, inVariable])
    expect([proxies.isOne('10.0.0.1'), proxies.isOne('fd00::9'), proxies.isOne('10.0.0.3')]).toEqual([
      true,
      true,
      false,
    ]);
  expect(() => readOptions(['--tls-cert', '/c'])).toThrow('--tls-cert and --tls-key need each other');
  expect(() => readOptions(['--trust-proxy', 'the-proxy'])).toThrow(/--trust-proxy must be an address or a network/);
});

test('every option is read, and the last of --demo and --no-demo counts', () => {
  const options = readOptions(['--data', '/d', '--port', '0', '--host', '::1', '--demo', '--demo-traffic']);
  expect(options).toEqual({ ...nothing, dataDir: '/d', port: 0, host: '::1', demo: true, demoTraffic: true });
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
    '--public-url',
    '--config',
    '--tls-cert',
    '--tls-key',
    '--trust-proxy',
    '--demo',
    '--no-demo',
    '--help',
  ])
    expect(USAGE).toContain(option);
});

test('an option goes before its variable, a variable before the file, the file before what stands in the code', () => {
  const files = fileOf({
    '/etc/kanade.json': { port: 5000, host: '::1', data: '/f', publicUrl: 'https://a.test/' },
  });
  const environment = { KANADE_CONFIG: '/etc/kanade.json', KANADE_LISTEN_PORT: '6000' };
  expect(readOptions([], environment, files)).toEqual({
    ...nothing,
    dataDir: '/f',
    port: 6000,
    host: '::1',
    publicUrl: 'https://a.test',
  });
  expect(readOptions(['--port', '7000'], environment, files).port).toBe(7000);
});

test('kanade.json of the data folder is read where it lies, and cannot name another folder', () => {
  expect(readOptions(['--data', '/d'], {}, fileOf({ '/d/kanade.json': { port: 5000 } })).port).toBe(5000);
  expect(() => readOptions(['--data', '/d'], {}, fileOf({ '/d/kanade.json': { data: '/e' } }))).toThrow(/"data" in/);
  expect(() => readOptions(['--config', '/gone.json'])).toThrow(/\/gone\.json cannot be read/);
});

test('a key that is unknown or wrong is refused by its name, wherever it stands', () => {
  const cases: [Record<string, string>, unknown, RegExp][] = [
    [{ KANADE_METRIC_TOKEN: 'x' }, {}, /^KANADE_METRIC_TOKEN is not a setting/],
    [{ KANADE_LISTEN_PORT: 'many' }, {}, /^KANADE_LISTEN_PORT must be a number from 0 to 65535, not "many"/],
    [{ DATABASE_URL: 'mysql://a:secret@b' }, {}, /^DATABASE_URL must be the address of a PostgreSQL/],
    [
      { KANADE_PUBLIC_URL: 'http://desk.example.jp' },
      {},
      /^KANADE_PUBLIC_URL must be an address that begins with https/,
    ],
    [{}, { prot: 1 }, /^"prot" in .* is not a setting/],
    [{}, { port: '80a' }, /^"port" in .* must be a number/],
    [{}, { port: { a: 1 } }, /^"port" in .* must be a number from 0 to 65535\.$/],
    [{}, { masterKey: 'x' }, /^"masterKey" may not stand in/],
    [{}, [1], /must hold one object/],
  ];
  for (const [environment, file, sentence] of cases)
    expect(() => readOptions(['--config', '/c.json'], environment, fileOf({ '/c.json': file }))).toThrow(sentence);
  expect(() => readOptions(['--config', '/c.json'], {}, () => '{')).toThrow(/not JSON/);
  // The console's own variables lie in the same environment and are none of ours.
  expect(readOptions([], { KANADE_DATA: '/console', KANADE_PORT: '1', KANADE_METRICS_TOKEN: '' })).toEqual(nothing);
});

test('a token for the figures is taken as it is; a wrong one is refused by name and never repeated', () => {
  expect(readOptions([], { KANADE_METRICS_TOKEN: 'p7Jm-2kQw9-zXv41' }).metricsToken).toBe('p7Jm-2kQw9-zXv41');
  for (const token of ['short-secret', 'with spaces in the middle', '合言葉'.repeat(8)]) {
    const reading = () => readOptions([], { KANADE_METRICS_TOKEN: token });
    expect(reading, token).toThrow('KANADE_METRICS_TOKEN');
    expect(reading).not.toThrow(token);
  }
});
