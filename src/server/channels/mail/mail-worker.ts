/** Entry of the thread that reads mails, one at a time. Knows nothing of accounts; ends when its owner ends it. */
import { parentPort } from 'node:worker_threads';
import type { MailCharset } from '../../../shared/domain/mail-charset.ts';
import { readMail } from './read-mail.ts';
import { MimeLimitError } from './split-mime.ts';

const port = parentPort;
if (port === null) throw new Error('mail-worker.ts runs as a worker thread only');

port.on('message', ({ raw, charset }: { raw: Uint8Array; charset: MailCharset | undefined }) => {
  readMail(raw, charset).then(
    (mail) => port.postMessage({ mail }),
    (error: unknown) => {
      // Only a name leaves here: the parser's words may quote the mail.
      port.postMessage({ reason: error instanceof MimeLimitError ? error.reason : 'mime-unreadable' });
    },
  );
});
