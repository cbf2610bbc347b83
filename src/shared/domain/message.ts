/** The life of a message and the rules that every room shares. Pure: reads no clock and no file. */
import { z } from 'zod';

export const directions = ['in', 'out', 'note', 'system'] as const;
export type Direction = (typeof directions)[number];

export const visibilities = ['public', 'private', 'internal'] as const;
export type Visibility = (typeof visibilities)[number];

/**
 * The ladder of an outgoing message as the server knows it. It only climbs; `failed`, `refused` and `needsReview` stand
 * beside it and may be left by a person's decision, which starts a new attempt under the same id.
 */
export const deliveryStates = [
  'queued',
  'sending',
  'accepted',
  'sent',
  'delivered',
  'read',
  'failed',
  'refused',
  'needsReview',
] as const;
export const deliveryStateSchema = z.enum(deliveryStates);
export type DeliveryState = z.output<typeof deliveryStateSchema>;

const rung: Record<DeliveryState, number> = {
  queued: 0,
  sending: 1,
  accepted: 2,
  sent: 3,
  delivered: 4,
  read: 5,
  failed: -1,
  refused: -1,
  needsReview: -1,
};

/** Whether somebody outside has the message: whatever fails afterwards, it must not go out again. */
export function hasLeft(state: DeliveryState): boolean {
  return rung[state] >= rung.accepted;
}

/**
 * Whether a report may move a message from one state to another. A late or repeated report never moves it back;
 * a failure report beats everything below `delivered` (a DSN comes after `sent`).
 */
export function mayMoveDelivery(from: DeliveryState, to: DeliveryState): boolean {
  if (from === to) return false;
  if (rung[to] === -1) return rung[from] >= 0 && rung[from] < rung.delivered;
  if (rung[from] === -1) return false;
  return rung[to] > rung[from];
}
