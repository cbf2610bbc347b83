/** Answers of the core in the page about the locked screen and the agent's own account. */
import { Refused, type Stage } from './fake-stage.ts';

/** The password is `demo`, as at the sign-in; the code is 123456. */
export function accountAnswers(stage: Stage, stale: (...topics: string[]) => void) {
  const ok = { ok: true };
  return {
    'session.touch': () => ok,
    'session.lock': () => {
      if (stage.session.state === 'signedIn')
        stage.session = { ...stage.session, locked: { since: Date.now(), why: 'byHand' } };
      stale('*');
      return ok;
    },
    'session.unlock': ({ password }: { password: string }) => {
      if (password !== 'demo') throw new Refused({ why: 'wrong-password', detail: '' });
      if (stage.session.state === 'signedIn') stage.session = { ...stage.session, locked: null };
      stale('*');
      return ok;
    },
    'account.get': () => ({
      login: 'sato',
      secondFactor: { isOn: false, since: null, recoveryLeft: 0, isRequired: false },
    }),
    'account.beginFactor': () => ({
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/Kanade:sato?issuer=Kanade&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
    }),
    'account.confirmFactor': ({ code }: { code: string }) => {
      if (code !== '123456') throw new Refused({ why: 'wrong-code', detail: '' });
      if (stage.session.state === 'signedIn') stage.session = { ...stage.session, mustSetUpSecondFactor: false };
      stale('session');
      return { recoveryCodes: Array.from({ length: 10 }, (_, n) => `ABCD-EFGH-JKLM-NP${String(n).padStart(2, '2')}`) };
    },
    'account.changePassword': ({ current }: { current: string }) => {
      if (current !== 'right') throw new Refused({ why: 'wrong-password', detail: '' });
      return { endedSessions: 1 };
    },
  };
}
