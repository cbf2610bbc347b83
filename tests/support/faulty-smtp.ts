/** An SMTP server that fails where a test says, for what real servers do once a year: cut lines, 4xx, silence. */
import { createServer, type Socket } from 'node:net';

/** A line to answer instead of the right one, or `cut` (ends the connection without a word), or `silence`. */
export type Fault = string;

export type FaultySmtp = {
  port: number;
  /** Mails whose last dot arrived, with their recipients. */
  mails: { recipients: string[]; raw: string }[];
  /**
   * What a step answers: connect, EHLO, AUTH, MAIL, RCPT (`RCPT a@b` for one recipient), DATA, content, dot.
   * May be changed at any time.
   */
  faults: Map<string, Fault>;
  stop(): Promise<void>;
};

const right: Record<string, string> = {
  connect: '220 faulty.test ESMTP',
  EHLO: '250-faulty.test\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SIZE 30000000',
  AUTH: '235 2.7.0 ok',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  dot: '250 2.0.0 queued',
  QUIT: '221 2.0.0 bye',
};

/** Starts one on a free loopback port. */
export async function startFaultySmtp(): Promise<FaultySmtp> {
  const mails: FaultySmtp['mails'] = [];
  const faults = new Map<string, Fault>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let waiting = '';
    let content: string | null = null;
    let recipients: string[] = [];
    const answer = (step: string, detail = ''): boolean => {
      const fault = faults.get(`${step} ${detail}`.trim()) ?? faults.get(step);
      if (fault === 'cut') socket.destroy();
      else if (fault !== 'silence') socket.write(`${fault ?? right[step] ?? '502 5.5.1 unknown'}\r\n`);
      return fault === undefined;
    };
    const take = (): void => {
      if (content !== null) {
        content += waiting;
        waiting = '';
        if (faults.get('content') === 'cut') return void socket.destroy();
        if (!content.endsWith('\r\n.\r\n')) return;
        // A server that cuts the line after the last dot has the mail all the same.
        mails.push({ recipients, raw: content.slice(0, -3) });
        content = null;
        recipients = [];
        answer('dot');
        return;
      }
      for (let end = waiting.indexOf('\r\n'); end !== -1 && content === null; end = waiting.indexOf('\r\n')) {
        const line = waiting.slice(0, end);
        waiting = waiting.slice(end + 2);
        const step = line.split(/[ :]/)[0]?.toUpperCase() ?? '';
        const recipient = /<(.*)>/.exec(line)?.[1] ?? '';
        const isRight = answer(step, step === 'RCPT' ? recipient : '');
        if (step === 'RCPT' && isRight) recipients.push(recipient);
        if (step === 'MAIL') recipients = [];
        if (step === 'DATA' && isRight) content = '';
        if (step === 'QUIT') socket.end();
      }
      if (content !== null && waiting !== '') take();
    };
    socket.on('data', (bytes) => {
      waiting += bytes.toString('latin1');
      take();
    });
    answer('connect');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    faults,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
