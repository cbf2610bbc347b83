/** `connection.get`: how the line stands and what waits for it. */
import type { Connection } from '../../../shared/console-shapes.ts';
import type { Desk } from '../desk.ts';
import { countOutbox } from '../outbox/outbox-state.ts';

/** A clock that is further off than this is named: due times and rings would look wrong, in ms. */
const WRONG_CLOCK_MS = 120_000;

/** @param desk null while nobody is signed in */
export function getConnection(desk: Desk | null): Connection {
  if (!desk) {
    return {
      state: 'signedOut',
      lastLevelAt: null,
      retryAt: null,
      left: null,
      bootstrap: null,
      waiting: 0,
      attention: 0,
      clockSkewMs: null,
    };
  }
  const skew = Math.round(desk.skewMs());
  const view = desk.line.view();
  return {
    ...view,
    state: desk.isOutboxWritable ? view.state : 'readOnly',
    readOnlyBecause: desk.isOutboxWritable ? desk.line.versionGap() : 'outboxOfNewerVersion',
    ...countOutbox(desk.outbox.reader),
    notices: desk.notices,
    clockSkewMs: Math.abs(skew) > WRONG_CLOCK_MS ? skew : null,
  };
}
