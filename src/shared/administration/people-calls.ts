/** The calls about people and their teams: who works here, what they may, how they come in and how they are shut out. */
import { z } from 'zod';
import { linkWordSchema } from '../account-protocol.ts';
import { agentIdSchema, queueIdSchema } from '../domain/ids.ts';
import { loginSchema, personNameSchema } from '../set-up-protocol.ts';
import { change, read, savedSchema, seenVersionSchema, versionSchema } from './calls.ts';

export const agentRights = ['directory', 'personalData', 'revealPersonalData'] as const;
const teamIdSchema = z.uuid().brand<'TeamId'>();
export type TeamId = z.output<typeof teamIdSchema>;

/** What an administrator decides about a person. */
const personShape = {
  displayName: personNameSchema,
  kana: z.string().trim().max(60),
  role: z.enum(['agent', 'teamLead', 'admin']),
  queueIds: z.array(queueIdSchema).max(200),
  rights: z.array(z.enum(agentRights)).max(agentRights.length),
  teamIds: z.array(teamIdSchema).max(50),
  /** What somebody is good at: `英語`, `返品`. For those who choose whom to ask. */
  skills: z.array(z.string().trim().min(1).max(30)).max(30),
  /** Only who has this themselves may give or take it. */
  administersAll: z.boolean(),
};
/** A link `/invite#word` or `/reset#word` of the server. */
const linkSchema = z.object({ word: linkWordSchema, expiresAt: z.number().int() });

export const peopleCalls = {
  list: read({
    input: z.strictObject({}),
    output: z.object({
      people: z.array(
        z.object({
          ...personShape,
          id: agentIdSchema,
          version: versionSchema,
          login: z.string(),
          state: z.enum(['active', 'disabled']),
          /** Until then an invitation waits to be taken; null when there is none. */
          invitedUntil: z.number().int().nullable(),
          lastSeenAt: z.number().int().nullable(),
        }),
      ),
      teams: z.array(
        z.object({ id: teamIdSchema, version: versionSchema, name: z.string(), people: z.number().int() }),
      ),
    }),
  }),
  /** Makes the account and its invitation: a link that is good for seven days and works once. */
  invite: change({
    input: z.strictObject({ ...personShape, id: agentIdSchema, login: loginSchema }),
    output: savedSchema.extend({ link: linkSchema }),
  }),
  save: change({
    input: z.strictObject({ ...personShape, id: agentIdSchema, seen: versionSchema }),
    output: savedSchema,
  }),
  /** Shutting out ends every session at once; what the person has not sent stays encrypted on their device. */
  setState: change({
    input: z.strictObject({ id: agentIdSchema, seen: versionSchema, state: z.enum(['active', 'disabled']) }),
    output: savedSchema,
  }),
  /** A new invitation, or, for who has a password already, a link to set another one. Older links end. */
  makeLink: change({
    input: z.strictObject({ id: agentIdSchema }),
    output: z.object({ link: linkSchema, isInvitation: z.boolean() }),
  }),
  saveTeam: change({
    input: z.strictObject({ id: teamIdSchema, seen: seenVersionSchema, name: z.string().trim().min(1).max(60) }),
    output: savedSchema,
  }),
  /** Its people stay. */
  removeTeam: change({ input: z.strictObject({ id: teamIdSchema, seen: versionSchema }), output: z.object({}) }),
};
