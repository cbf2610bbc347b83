/** Tells the core that somebody is at the desk, so that its screen locks only when nobody is. */
import { useEffect } from 'react';
import { useConsole } from '../console/console-context.tsx';

/** Told at most this often, in ms: much shorter than any lock. */
const TELL_EVERY_MS = 10_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'compositionupdate'] as const;

/** Stands once, on the open desk. */
export function usePresenceAtDesk(): void {
  const api = useConsole();
  useEffect(() => {
    let toldAt = -Infinity;
    const tell = (): void => {
      const now = performance.now();
      if (now - toldAt < TELL_EVERY_MS) return;
      toldAt = now;
      api.session.touch({}).catch(() => undefined);
    };
    tell();
    for (const sign of SIGNS) window.addEventListener(sign, tell, { capture: true, passive: true });
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, tell, { capture: true });
    };
  }, [api]);
}
