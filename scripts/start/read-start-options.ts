/** The command line of `npm start`. Everything it does not know is refused: a mistyped option must not be passed over. */
import { readServerAddress } from '../../src/main/server-address.ts';
import { Refused } from './refused.ts';
import { sentence, type StartLanguage } from './words.ts';

export type StartOptions = {
  host: 'electron' | 'browser' | undefined;
  /** The server's; the console's is the next one. 0: any free ones. */
  port: number;
  dataDir: string;
  /** Origin of a server elsewhere; undefined: start the embedded one. */
  serverUrl: string | undefined;
  demo: boolean;
  demoTraffic: boolean;
};

const DEFAULTS: StartOptions = {
  host: undefined,
  port: 4800,
  dataDir: 'data',
  serverUrl: undefined,
  demo: true,
  demoTraffic: false,
};

/** @throws Refused with a sentence that names the option and the remedy */
export function readStartOptions(argv: readonly string[], language: StartLanguage): StartOptions | 'help' {
  const options = { ...DEFAULTS };
  const rest = [...argv];
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const at = word.indexOf('=');
    const name = at === -1 ? word : word.slice(0, at);
    const given = (what: string): string => {
      const value = at === -1 ? rest.shift() : word.slice(at + 1);
      if (value === undefined || value === '' || value.startsWith('--'))
        throw new Refused(sentence(language, 'needsValue', name, what));
      return value;
    };
    switch (name) {
      case '--help':
      case '-h':
        return 'help';
      case '--host': {
        const host = given('electron | browser');
        if (host !== 'electron' && host !== 'browser') throw new Refused(sentence(language, 'badHost', host));
        options.host = host;
        break;
      }
      case '--port': {
        const port = given('N');
        // 65535 is left out because the console takes the next one.
        if (!/^\d{1,5}$/.test(port) || Number(port) > 65_534) throw new Refused(sentence(language, 'badPort', port));
        options.port = Number(port);
        break;
      }
      case '--data':
        options.dataDir = given('DIR');
        break;
      case '--server': {
        const url = given('URL');
        const read = readServerAddress(url);
        if ('fault' in read) throw new Refused(sentence(language, 'badServer', url));
        options.serverUrl = read.origin;
        break;
      }
      case '--demo':
        options.demo = true;
        break;
      case '--no-demo':
        options.demo = false;
        break;
      case '--demo-traffic':
        options.demoTraffic = true;
        break;
      default:
        throw new Refused(sentence(language, 'unknownOption', word));
    }
  }
  if (options.demoTraffic && !options.demo)
    throw new Refused(sentence(language, 'notTogether', '--demo-traffic', '--no-demo'));
  if (options.demoTraffic && options.serverUrl !== undefined)
    throw new Refused(sentence(language, 'notTogether', '--demo-traffic', '--server'));
  return options;
}
