/** One simulated person who writes mail: sends a real message to the demo's mail server and answers what comes back. */
import { createTransport } from 'nodemailer';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import { newId } from '../../../shared/domain/clock.ts';
import type { Later } from './later.ts';
import type { StoryVoice } from './story-voice.ts';

/** A mail that our side has sent, as the person's mail program shows it. */
export type ArrivedMail = { messageId: string; to: readonly string[]; subject: string; references: readonly string[] };

export type MailWorld = {
  /** Puts a raw mail into the centre's mailbox. */
  deliver(raw: Uint8Array): Promise<void>;
  /** Hears of every mail that the centre sent. */
  onSent(listener: (mail: ArrivedMail) => void): () => void;
  /** The centre's own address. */
  address: string;
};

/** The time a person takes to write a mail, in ms; in the demo mails are quicker than in life. */
const WRITES_MS = 8_000;

/** @returns the function that makes the person stop */
export function simulateMailWriter(
  parts: {
    mail: MailWorld;
    name: string;
    address: string;
    voice: StoryVoice;
    clock: Clock;
    random: Random;
    later: Later;
  },
  onEnd: () => void,
): () => void {
  const { mail, voice, clock, random, later } = parts;
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const domain = parts.address.slice(parts.address.lastIndexOf('@') + 1);
  let isOver = false;

  async function write(answered: ArrivedMail | null): Promise<void> {
    const text = voice.nextTurn().join('\n\n');
    if (text === '') return end();
    const composed = await composer.sendMail({
      from: { name: parts.name, address: parts.address },
      to: mail.address,
      subject: answered ? `Re: ${answered.subject.replace(/^(re:\s*)+/i, '')}` : voice.subject,
      messageId: `<${newId(clock, random)}@${domain}>`,
      ...(answered ? { inReplyTo: answered.messageId, references: [...answered.references, answered.messageId] } : {}),
      date: new Date(clock.now()),
      text,
    });
    if (!isOver) await mail.deliver(composed.message as Buffer);
  }
  function end(): void {
    if (isOver) return;
    isOver = true;
    stopListening();
    onEnd();
  }
  const stopListening = mail.onSent((sent) => {
    if (!isOver && sent.to.includes(parts.address)) later(WRITES_MS, () => void write(sent).catch(end));
  });
  later(WRITES_MS, () => void write(null).catch(end));
  return end;
}
