/** `session.unlock`: opens a locked screen by the agent's password, without a line too. Opens no session. */
import { z } from 'zod';
import { askAccount } from '../account/ask-account.ts';
import type { DbFile } from '../db/connection.ts';
import type { DeskKeys } from '../keys/desk-keys.ts';
import { Refused } from '../refused.ts';
import type { AskHttp } from './ask-http.ts';
import type { TokenKeeper } from './keep-token.ts';
import { countFailure, isWornOut, readPass } from './offline-pass.ts';
import type { ScreenLock } from './screen-lock.ts';
import { readSession } from './session-store.ts';

export type UnlockParts = {
  device: DbFile;
  keys: DeskKeys;
  screen: ScreenLock;
  askHttp: AskHttp;
  tokens: TokenKeeper;
  /** Makes a password that only the server knew open the files too. */
  keepPassword(password: string): void;
};

/**
 * Asks the way of the password on this device first, and the server when that does not open: it may be a newer one.
 * Refused with `wrong-password`, `too-many-attempts`, and `offline` when only the server could tell.
 */
export async function unlockScreen(parts: UnlockParts, { password }: { password: string }): Promise<{ ok: true }> {
  const { device, keys, screen } = parts;
  const session = readSession(device);
  if (session.state === 'signedOut') throw new Refused('signed-out', 'nobody is signed in');
  const pass = readPass(device, session.login);
  const isWorn = pass !== undefined && isWornOut(pass);
  const isKnownHere = keys.isPassword(session.agent.id, password);
  if (!isWorn && isKnownHere === true) {
    screen.open();
    return { ok: true };
  }
  if (isKnownHere === false) countFailure(device, session.login);
  try {
    const request = { method: 'POST', path: '/api/account/prove', body: { password } } as const;
    await askAccount(parts, request, z.unknown());
  } catch (error) {
    throw withoutLine(error, isKnownHere === false, isWorn);
  }
  parts.keepPassword(password);
  screen.open();
  return { ok: true };
}

/** Without the server a password that the device does not know is a wrong one, as long as the device may say so. */
function withoutLine(error: unknown, isWrongHere: boolean, isWorn: boolean): unknown {
  if (!(error instanceof Refused)) return error;
  const { why } = error.refusal;
  if (why !== 'offline' && why !== 'signed-out') return error;
  if (isWorn)
    return new Refused(
      'too-many-attempts',
      'too many wrong passwords: sign out, and in when the server can be reached',
    );
  return isWrongHere ? new Refused('wrong-password', 'the password is wrong') : error;
}
