/** A refusal with its name, thrown by a handler and turned into a reply frame in `serve-console-api.ts`. */
import type { Refusal, RefusalReason } from '../../shared/console-frames.ts';

/** Thrown by a handler that cannot do what was asked. `detail` is for the program's reader and holds no customer text. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(why: RefusalReason, detail: string, field?: string, fault?: string) {
    super(`${why}: ${detail}`);
    this.refusal = {
      why,
      detail,
      ...(field === undefined ? {} : { field }),
      ...(fault === undefined ? {} : { fault }),
    };
  }
}
