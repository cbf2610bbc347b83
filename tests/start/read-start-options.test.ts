import { expect, test } from 'vitest';
import { readStartOptions } from '../../scripts/start/read-start-options.ts';
import { help } from '../../scripts/start/words.ts';

const read = (...argv: string[]) => readStartOptions(argv, 'en');

test('without options: demo, port 4800, folder data, whichever host there is', () => {
  expect(read()).toEqual({
    host: undefined,
    port: 4800,
    dataDir: 'data',
    serverUrl: undefined,
    demo: true,
    demoTraffic: false,
  });
});

test('both ways of giving a value are read', () => {
  expect(read('--host', 'browser', '--port=0', '--data', 'x', '--server=https://k.example.jp/a')).toMatchObject({
    host: 'browser',
    port: 0,
    dataDir: 'x',
    serverUrl: 'https://k.example.jp',
  });
});

test('an unknown option, a missing or crooked value and a contradiction are refused by name', () => {
  expect(() => read('--prot', '1')).toThrow('There is no option --prot');
  expect(() => read('here')).toThrow('There is no option here');
  expect(() => read('--port')).toThrow('--port needs N');
  expect(() => read('--data', '--no-demo')).toThrow('--data needs DIR');
  expect(() => read('--port', '70000')).toThrow(/0 to 65534/);
  expect(() => read('--port', '65535')).toThrow(/0 to 65534/);
  expect(() => read('--host', 'chrome')).toThrow(/electron or browser/);
  expect(() => read('--server', 'ftp://kanade')).toThrow(/https:\/\/kanade/);
  expect(() => read('--server', 'http://kanade.example.jp')).toThrow(/only for a server on this computer/);
  expect(() => read('--demo-traffic', '--no-demo')).toThrow(/cannot be given together/);
});

test('every option stands in the help, in both languages', () => {
  expect(read('--port', '1', '--help')).toBe('help');
  for (const language of ['ja', 'en'] as const) {
    for (const option of ['--host', '--port', '--data', '--server', '--no-demo', '--demo-traffic', '--help'])
      expect(help(language)).toContain(option);
  }
});
