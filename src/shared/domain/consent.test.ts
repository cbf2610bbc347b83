import { expect, test } from 'vitest';
import { consentStates, mayOverwriteConsent } from './consent.ts';

test('over an answer that was not seen only a stricter one may be written, whichever comes first', () => {
  for (const current of consentStates)
    for (const next of consentStates)
      for (const seen of consentStates) {
        const isSeen = current === seen;
        const isStricter = consentStates.indexOf(next) < consentStates.indexOf(current);
        expect(mayOverwriteConsent(next, current, seen), `${next} over ${current}, seen ${seen}`).toBe(
          isSeen || isStricter,
        );
      }
});
