/**
 * Who sits at this desk: opens the files of the signed-in agent with their key, by whichever way there is; keeps the desk
 * locked when there is none; closes it, brings it under a new key, and wipes it when the server says so.
 */
import { EVERYTHING } from '../../shared/console-frames.ts';
import { isDamage, sqliteCode } from './db/connection.ts';
import { write } from './db/write.ts';
import type { DeskKeys } from './keys/desk-keys.ts';
import { openSeat, type Seat, type SeatParts } from './open-seat.ts';
import { takeIdentity } from './outbox/client-identity.ts';
import { countOutbox } from './outbox/outbox-state.ts';
import { Refused } from './refused.ts';
import type { AskHttp } from './session/ask-http.ts';
import { countFailure, endPass, isOver, isWornOut, readPass, renewPass } from './session/offline-pass.ts';
import { type ActiveSession, putSession, readSession, saveSession } from './session/session-store.ts';
import type { ScreenLock } from './session/screen-lock.ts';
import { signIn } from './session/sign-in.ts';
import { keepReceipt, readReceipts, sendReceipts } from './session/wipe-receipt.ts';

/** `keyLost`: the host's key does not open the files. `offlineTooLong`: the server must first say that all is well. */
export type Lock = 'keyLost' | 'offlineTooLong';

export type SignInInput = {
  login: string;
  password: string;
  code?: string | undefined;
  startAnew?: boolean | undefined;
};

export type SeatKeeper = {
  seat(): Seat | null;
  lock(): Lock | null;
  /** Opens the desk of whoever was signed in when the console was left. */
  begin(): void;
  signIn(input: SignInInput): Promise<{ ok: true }>;
  /** The session has ended by the agent's wish. */
  leave(): void;
  /** Brings the agent's files under a new key. Refused with `offline`, `signed-out` and `key-lost`. */
  renewKey(): Promise<{ ok: true }>;
  /** The agent has a new password: it opens the files without a line from now on, in the old one's place. */
  keepPassword(password: string): void;
  /** The second factor that the agent's role asks for is set up: the server lets the desk in now. */
  factorIsOn(): void;
  /** The password was changed elsewhere: the one that this device knows opens nothing any more. */
  forgetPassword(session: ActiveSession): void;
  /** Resolves when no desk is being closed to be opened again. */
  settled(): Promise<void>;
  onFailure(error: unknown): void;
  /** The server has banned this device or its agent: destroys what it may not hold any more. */
  wipe(session: ActiveSession, why: 'device-revoked' | 'agent-disabled'): void;
  close(): void;
  abandon(): void;
};

export type SeatKeeperOptions = SeatParts & {
  keys: DeskKeys;
  screen: ScreenLock;
  askHttp: AskHttp;
  installation: { name: string; platform: string; appVersion: string };
};

/** At most this often is a damaged file looked for while the core runs, in ms. */
const RECOVER_EVERY_MS = 10_000;
/** Until the server is asked again for what it could not do now, in ms. */
const ASK_AGAIN_MS = 30_000;
/** How often an open desk is asked whether it may still be without a line, in ms. */
const LOOK_AT_HOURS_EVERY_MS = 5 * 60_000;

/** Nobody sits yet. */
export function keepSeat(options: SeatKeeperOptions): SeatKeeper {
  const { device, keys, screen, askHttp, clock, schedule, serverTime, tokens, hub, log } = options;
  let seat: Seat | null = null;
  let lock: Lock | null = null;
  let lastRecovery = -Infinity;
  let changing: Promise<void> = Promise.resolve();

  function takeSeat(session: ActiveSession, key: string, isChecked = false): void {
    void leaveSeat();
    lock = null;
    seat = openSeat(options, session, key, isChecked);
    seat.sync.restart();
    watchHours(seat);
  }

  function leaveSeat(): Promise<void> {
    const left = seat;
    seat = null;
    return left?.close() ?? Promise.resolve();
  }

  /** Opens by what is on this device, or locks. */
  function takeSeatHere(session: ActiveSession, isChecked = false): void {
    const key = keys.openHere(session.agent.id);
    if (key === null) lock = 'keyLost';
    else takeSeat(session, key, isChecked);
  }

  /** Closes an open desk that has had no word of the server for longer than it may be without. */
  function watchHours(of: Seat): void {
    schedule.after(LOOK_AT_HOURS_EVERY_MS, () => {
      const session = readSession(device);
      if (seat !== of || session.state === 'signedOut') return;
      const pass = readPass(device, session.login);
      if (!pass || !isOver(pass, serverTime.now())) return watchHours(of);
      void leaveSeat();
      lock = 'offlineTooLong';
      log('the desk was open without a line for longer than it may be: it is closed until the server has been asked');
      hub.announce([EVERYTHING]);
      prove(session);
    });
  }

  /** Asks the server whether all is well with this session, until it says so or somebody signs in. */
  function prove(session: ActiveSession): void {
    tokens.distrust();
    tokens.accessToken().then(
      () => {
        const now = readSession(device);
        if (lock !== 'offlineTooLong' || now.state !== 'signedIn') return;
        takeSeatHere(now);
        hub.announce([EVERYTHING]);
      },
      (error: unknown) => {
        if (lock !== 'offlineTooLong' || (error instanceof Refused && error.refusal.why === 'signed-out')) return;
        schedule.after(ASK_AGAIN_MS, () => prove(session));
      },
    );
  }

  /** Makes the ways to the key that are still missing, in the background: now, or when there is a line. */
  function addWays(session: ActiveSession, password: string | null): void {
    const isStill = (): boolean => seat?.desk.me.agentId === session.agent.id;
    const again = (): void => void schedule.after(ASK_AGAIN_MS, () => isStill() && addWays(session, password));
    tokens
      .accessToken()
      .then((accessToken) => (isStill() ? keys.addWays(session.agent.id, accessToken, password) : null))
      .then(
        (forHours) => {
          // Asked before the file is read: whoever has left may have closed it.
          if (forHours === null || !isStill()) return;
          const now = readSession(device);
          if (now.state === 'signedIn') renewPass(device, now, serverTime.now(), forHours);
        },
        (error: unknown) => {
          if (!(error instanceof Refused)) log('a second way to the key of the files could not be made');
          else if (error.refusal.why === 'offline') again();
        },
      );
  }

  /** The key of the agent's files: by this device, by the password, or by the server. */
  async function unlock(session: ActiveSession, password: string, startAnew: boolean): Promise<string> {
    const { id } = session.agent;
    const here = keys.openHere(id) ?? keys.openByPassword(id, password);
    if (here !== null) return here;
    try {
      return await keys.openByServer(id, session.accessToken);
    } catch (error) {
      if (!startAnew || !(error instanceof Refused) || error.refusal.why !== 'key-lost') throw error;
      keys.setAside(id);
      const key = keys.openHere(id);
      if (key === null) throw error;
      return key;
    }
  }

  function sit(session: ActiveSession, key: string): void {
    saveSession(device, session);
    screen.open();
    takeSeat(session, key);
    hub.announce(['session', 'connection', 'outbox', 'inbox', 'calls', 'settings', 'search']);
  }

  /** Lets in whom the server has let in here before, while their hours last; the server is asked when there is a line. */
  function signInHere({ login, password }: SignInInput, offline: Refused): { ok: true } {
    const pass = readPass(device, login);
    if (!pass || isOver(pass, serverTime.now())) throw offline;
    if (isWornOut(pass))
      throw new Refused(
        'too-many-attempts',
        'too many wrong passwords without a line: sign in when the server can be reached',
      );
    const key = keys.openByPassword(pass.agent.id, password);
    if (key === null) {
      countFailure(device, login);
      throw new Refused('wrong-password', 'login or password is wrong');
    }
    const { agent, clientId } = pass;
    const none = { accessToken: '', accessExpiresAt: 0, refreshToken: '' };
    sit({ state: 'signedIn', login, clientId, agent, ...none, needsSignIn: true }, key);
    return { ok: true };
  }

  function sendReceiptsSoon(): void {
    if (readReceipts(device).length === 0) return;
    void sendReceipts(device, askHttp).then((isDone) => {
      if (!isDone) schedule.after(ASK_AGAIN_MS, sendReceiptsSoon);
    });
  }

  const keeper: SeatKeeper = {
    seat: () => seat,
    lock: () => lock,
    begin() {
      sendReceiptsSoon();
      const session = readSession(device);
      if (session.state === 'signedOut') {
        if (!keys.hasLost()) return;
        lock = 'keyLost';
        return log(
          'the key of this computer is another one than before: sign in with the server reachable, and what was not sent comes back',
        );
      }
      const pass = readPass(device, session.login);
      if (pass && isOver(pass, serverTime.now())) {
        lock = 'offlineTooLong';
        log(
          'this device was without a line for longer than it may be: the server is asked before the files are opened',
        );
        return prove(session);
      }
      takeSeatHere(session);
      if (seat) addWays(session, null);
    },
    async signIn(input) {
      let signedIn: Awaited<ReturnType<typeof signIn>>;
      try {
        signedIn = await signIn(options, input);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.refusal.why === 'offline') return signInHere(input, error);
        // It was revoked while nobody was signed in: the next sign-in is that of a new device.
        const pass = error.refusal.why === 'device-revoked' ? readPass(device, input.login) : undefined;
        if (pass) {
          keys.destroyAll(pass.agent.id);
          forgetLogin(input.login);
        }
        throw error;
      }
      const { session, serverTime: at } = signedIn;
      serverTime.hear(at);
      if (seat?.desk.me.agentId === session.agent.id) {
        saveSession(device, session);
        takeIdentity(seat.desk.outbox, session.clientId);
        seat.sync.restart();
        screen.open();
        hub.announce(['session', 'connection']);
      } else sit(session, await unlock(session, input.password, input.startAnew === true));
      renewPass(device, session, serverTime.now());
      addWays(session, input.password);
      return { ok: true };
    },
    leave() {
      screen.open();
      const left = seat;
      const hasWaiting = left !== null && countOutbox(left.desk.outbox.reader).waiting > 0;
      void leaveSeat();
      // While something waits, as many ways as there are lead to it.
      if (left && !hasWaiting) keys.closeHere(left.desk.me.agentId);
    },
    async renewKey() {
      const session = readSession(device);
      if (session.state === 'signedOut' || !seat) throw new Refused('signed-out', 'nobody is signed in');
      await keys.orderNewKey(session.agent.id, await tokens.accessToken());
      changing = leaveSeat().then(() => {
        const now = readSession(device);
        if (now.state === 'signedIn') takeSeatHere(now);
        // After the answer: this word ends every open call, and this one is open.
        schedule.after(0, () => hub.announce([EVERYTHING]));
      });
      await changing;
      return { ok: true };
    },
    keepPassword(password) {
      const session = readSession(device);
      if (session.state === 'signedIn') addWays(session, password);
    },
    factorIsOn() {
      const session = readSession(device);
      if (session.state === 'signedOut' || session.policy === undefined) return;
      saveSession(device, { ...session, policy: { ...session.policy, mustSetUpSecondFactor: false } });
      seat?.sync.restart();
    },
    forgetPassword(session) {
      keys.forgetPassword(session.agent.id);
      endPass(device, session.login);
    },
    settled: () => changing,
    onFailure(error) {
      // A clock that was set back must not keep it from looking for a day.
      if (!isDamage(error) || seat === null || Math.abs(clock.now() - lastRecovery) < RECOVER_EVERY_MS) return;
      recover();
    },
    wipe(session, why) {
      const { id } = session.agent;
      const counts = seat?.desk.me.agentId === id ? countOutbox(seat.desk.outbox.reader) : null;
      log(`the server says ${why}: the key of the files on this device is destroyed`);
      void leaveSeat().then(() => why === 'device-revoked' && keys.destroyAll(id));
      // At once and first: the files may take a moment, the key must not.
      if (why === 'device-revoked') keys.destroyKey(id);
      else keys.destroyWays(id);
      const { clientId, refreshToken, login } = session;
      write(device, (writer, touch) => {
        putSession(writer, {
          state: 'signedOut',
          why: why === 'device-revoked' ? 'revoked' : 'disabled',
          lastLogin: login,
        });
        const unsent = counts && counts.waiting + counts.attention;
        if (why === 'device-revoked') keepReceipt(writer, readReceipts(device), { clientId, refreshToken, unsent });
        touch(EVERYTHING);
      });
      screen.open();
      forgetLogin(login);
      sendReceiptsSoon();
    },
    close: () => void leaveSeat(),
    abandon() {
      const left = seat;
      seat = null;
      left?.abandon();
    },
  };

  /** Opens the files again, those set aside that are damaged. There may be no room for a new one: then again later. */
  function recover(): void {
    lastRecovery = clock.now();
    const session = readSession(device);
    void leaveSeat();
    try {
      if (session.state === 'signedIn') takeSeatHere(session, true);
    } catch (error) {
      log(`the files could not be opened: ${sqliteCode(error) ?? 'unknown error'}`);
      schedule.after(RECOVER_EVERY_MS, () => seat === null && lock === null && recover());
    }
    hub.announce([EVERYTHING]);
  }

  /** The login is a stranger's on this device from now on, and gets a client id of its own. */
  function forgetLogin(login: string): void {
    endPass(device, login);
    write(device, (writer) => writer.run('delete from client where login = ?', login));
  }

  return keeper;
}
