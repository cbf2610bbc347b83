/** Branded ids: a customer's id cannot be passed where a conversation's is wanted. Made where the row is born. */
import { z } from 'zod';

export const agentIdSchema = z.uuid().brand<'AgentId'>();
export type AgentId = z.output<typeof agentIdSchema>;
export const workspaceIdSchema = z.uuid().brand<'WorkspaceId'>();
export type WorkspaceId = z.output<typeof workspaceIdSchema>;
export const queueIdSchema = z.uuid().brand<'QueueId'>();
export type QueueId = z.output<typeof queueIdSchema>;
export const channelAccountIdSchema = z.uuid().brand<'ChannelAccountId'>();
export type ChannelAccountId = z.output<typeof channelAccountIdSchema>;
export const customerIdSchema = z.uuid().brand<'CustomerId'>();
export type CustomerId = z.output<typeof customerIdSchema>;
export const conversationIdSchema = z.uuid().brand<'ConversationId'>();
export type ConversationId = z.output<typeof conversationIdSchema>;
export const messageIdSchema = z.uuid().brand<'MessageId'>();
export type MessageId = z.output<typeof messageIdSchema>;
export const attachmentIdSchema = z.uuid().brand<'AttachmentId'>();
export type AttachmentId = z.output<typeof attachmentIdSchema>;
/** Made on the device: one file that an agent sends, from the composer to the message. */
export const uploadIdSchema = z.uuid().brand<'UploadId'>();
export type UploadId = z.output<typeof uploadIdSchema>;
export const callIdSchema = z.uuid().brand<'CallId'>();
export type CallId = z.output<typeof callIdSchema>;
export const callNoteIdSchema = z.uuid().brand<'CallNoteId'>();
export type CallNoteId = z.output<typeof callNoteIdSchema>;
export const handoverNoteIdSchema = z.uuid().brand<'HandoverNoteId'>();
export type HandoverNoteId = z.output<typeof handoverNoteIdSchema>;
export const wrapUpCodeIdSchema = z.uuid().brand<'WrapUpCodeId'>();
export type WrapUpCodeId = z.output<typeof wrapUpCodeIdSchema>;
export const knowledgeIdSchema = z.uuid().brand<'KnowledgeId'>();
export type KnowledgeId = z.output<typeof knowledgeIdSchema>;
export const orderIdSchema = z.uuid().brand<'OrderId'>();
export type OrderId = z.output<typeof orderIdSchema>;
/** One installation of the console for one agent; a cloned disk must take a new one. */
export const clientIdSchema = z.uuid().brand<'ClientId'>();
export type ClientId = z.output<typeof clientIdSchema>;
/** Made on the device; names a command for ever, also on a second device. */
export const commandIdSchema = z.uuid().brand<'CommandId'>();
export type CommandId = z.output<typeof commandIdSchema>;
