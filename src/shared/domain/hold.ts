/** How long a reply is held on the device of its author, so that it can be taken back after the key was pressed. */
import type { Channel } from './channel.ts';

/** Seconds to choose from. */
export const HOLD_CHOICES_S = [0, 5, 10, 20] as const;
export type HoldSeconds = (typeof HOLD_CHOICES_S)[number];

/** By channel; one that is not named holds nothing. */
export type Holds = Partial<Record<Channel, HoldSeconds>>;

/** A mail is long, and gone for good; in a chat somebody waits. */
export const DEFAULT_HOLDS: Holds = { mail: 5 };
