/** Sends the outbox with everything that belongs to it: files go up beside the commands, and a reply waits for its own. */
import { type Drain, type DrainOptions, makeDrain } from './drain-outbox.ts';
import { makeUploader, type UploaderOptions } from './upload-files.ts';

export type OutboxSender = Drain & {
  /** Touches the file no more: it is about to be closed. What was under way is not put in order. */
  end(): void;
};

/** A sender that has not begun. */
export function sendOutbox(options: DrainOptions & Omit<UploaderOptions, 'onChange'>): OutboxSender {
  const drain = makeDrain(options);
  const uploader = makeUploader({ ...options, onChange: drain.wake });
  return {
    begin(lastMid) {
      drain.begin(lastMid);
      uploader.begin();
    },
    pause() {
      drain.pause();
      uploader.pause();
    },
    wake() {
      drain.wake();
      uploader.wake();
    },
    end: uploader.pause,
  };
}
