/** One pipe to the server: what sync needs of it and nothing more, so that a simulation can be the pipe. */
import type { DownEvents, UpEvents } from '../../../shared/sync-protocol.ts';

export type UpEvent = keyof UpEvents;
export type DownEvent = keyof DownEvents;

export type Link = {
  /** Sends an event; `reply` is called at most once, and never after `closed`. */
  send(event: UpEvent, payload: unknown, reply?: (answer: unknown) => void): void;
  /** Ends the link; `closed` is not called for it. */
  close(): void;
};

export type LinkEvents = {
  opened(): void;
  /** The pipe broke or could not be made. `isRefused`: the server is there but did not accept the token. */
  closed(isRefused: boolean): void;
  received(event: DownEvent, payload: unknown): void;
};

/** Makes a pipe. Calls `opened` or `closed` later, never before it has returned. */
export type Connect = (to: { serverUrl: string; accessToken: string }, events: LinkEvents) => Link;
