/**
 * The webhook events of LINE that we understand, as zod schemas. An event or a message of another type parses as `other`:
 * it is kept raw and not shown. Source: line/line-openapi, webhook.yml (2026-07-01).
 */
import { z } from 'zod';

const id = z.string().min(1).max(100);

const sourceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), userId: id }),
  z.object({ type: z.literal('group'), groupId: id, userId: id.optional() }),
  z.object({ type: z.literal('room'), roomId: id, userId: id.optional() }),
]);
export type LineSource = z.output<typeof sourceSchema>;

const contentProviderSchema = z.object({ type: z.string(), originalContentUrl: z.string().max(2_000).optional() });
const knownMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), id, text: z.string().max(10_000), quotedMessageId: id.optional() }),
  z.object({
    type: z.literal('sticker'),
    id,
    packageId: id,
    stickerId: id,
    keywords: z.array(z.string().max(100)).max(50).default([]),
    text: z.string().max(500).optional(),
    quotedMessageId: id.optional(),
  }),
  z.object({ type: z.literal('image'), id, contentProvider: contentProviderSchema }),
  z.object({ type: z.literal('video'), id, contentProvider: contentProviderSchema }),
  z.object({ type: z.literal('audio'), id, contentProvider: contentProviderSchema }),
  z.object({ type: z.literal('file'), id, fileName: z.string().max(2_000), fileSize: z.number() }),
  z.object({
    type: z.literal('location'),
    id,
    title: z.string().max(500).optional(),
    address: z.string().max(1_000).optional(),
    latitude: z.number(),
    longitude: z.number(),
  }),
]);
export type LineMessage = z.output<typeof knownMessageSchema>;

const common = {
  webhookEventId: id,
  timestamp: z.number().int().nonnegative(),
  mode: z.string().max(40),
  deliveryContext: z.object({ isRedelivery: z.boolean() }),
};
const knownEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('message'),
    source: sourceSchema,
    replyToken: z.string().max(200).optional(),
    message: knownMessageSchema,
  }),
  z.object({ ...common, type: z.literal('unsend'), source: sourceSchema, unsend: z.object({ messageId: id }) }),
  z.object({ ...common, type: z.literal('follow'), source: sourceSchema }),
  z.object({ ...common, type: z.literal('unfollow'), source: sourceSchema }),
]);
export type LineEvent = z.output<typeof knownEventSchema>;

/** The least that every event has; without it the body is no webhook of LINE. */
const anyEventSchema = z.looseObject({ ...common, type: z.string().min(1).max(60) });

/** `destination` and events. More than 1,000 events in 1 MB are no real ones. */
export const webhookBodySchema = z.object({
  destination: z.string().max(100),
  events: z.array(anyEventSchema).max(1_000),
});
export type AnyLineEvent = z.output<typeof anyEventSchema>;

/** The event in the shape that we understand, or null: kept, not shown. */
export function understood(event: AnyLineEvent): LineEvent | null {
  return knownEventSchema.safeParse(event).data ?? null;
}

/**
 * The event as it is kept. What the customer wrote is left out: it stands in the message, where an unsend removes it,
 * and a raw copy would stay. The reply token is left out because it lets anybody answer.
 */
export function eventToKeep(event: AnyLineEvent): Uint8Array {
  const { replyToken: _, message, ...rest } = event;
  const kept =
    typeof message === 'object' && message !== null ? { ...message, text: undefined, fileName: undefined } : message;
  return new TextEncoder().encode(JSON.stringify({ ...rest, message: kept }));
}

/** Where an answer goes: the person, or the group or room in which they wrote. */
export function threadOf(source: LineSource): string {
  return source.type === 'user' ? source.userId : source.type === 'group' ? source.groupId : source.roomId;
}
