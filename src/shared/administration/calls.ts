/**
 * The kinds of call by which a centre is administered, and how a table of them becomes types for the window, the core and
 * the server. Knows no call by name: the names stand in `contract.ts`.
 */
import { z } from 'zod';

/**
 * `read` looks, `change` is one transaction that is carried out once and leaves its line in the audit, `act` does something
 * outside of the database (tries a mailbox) and may be repeated.
 */
export type AdministrationKind = 'read' | 'change' | 'act';

/** Who may: `admin` an administrator in their own workspace, `organisation` only who administers all workspaces. */
export type AdministrationRight = 'admin' | 'organisation';

export type AdministrationShape<K extends AdministrationKind, I extends z.ZodType, O extends z.ZodType> = {
  kind: K;
  who: AdministrationRight;
  input: I;
  output: O;
};

type Parts<I extends z.ZodType, O extends z.ZodType> = { input: I; output: O; who?: AdministrationRight };

/** A look at what stands at the server. */
export function read<I extends z.ZodType, O extends z.ZodType>(parts: Parts<I, O>): AdministrationShape<'read', I, O> {
  return { kind: 'read', who: 'admin', ...parts };
}

/** A change. The same `changeId` again gets the same answer and changes nothing twice. */
export function change<I extends z.ZodType, O extends z.ZodType>(
  parts: Parts<I, O>,
): AdministrationShape<'change', I, O> {
  return { kind: 'change', who: 'admin', ...parts };
}

/** Something that is tried out and changes nothing that is kept. May take seconds. @public for the pages to come. */
export function act<I extends z.ZodType, O extends z.ZodType>(parts: Parts<I, O>): AdministrationShape<'act', I, O> {
  return { kind: 'act', who: 'admin', ...parts };
}

export type AdministrationTable = Record<
  string,
  Record<string, AdministrationShape<AdministrationKind, z.ZodType, z.ZodType>>
>;

/** How often a thing was changed; 0 for what was there before it was ever changed by an administrator. */
export const versionSchema = z.number().int().nonnegative();
/** What stood there when the form was opened; null for a new thing. Another version at the server: `changed-meanwhile`. */
export const seenVersionSchema = versionSchema.nullable();
/** What a form that saved one thing is told. */
export const savedSchema = z.object({ version: versionSchema });

/**
 * Why a change was refused. With a `field` it is a fault of what stands there; without one of the whole. Each has its words
 * in the window: `administration.fault.<name>`.
 */
export const administrationFaults = [
  'missing',
  'too-long',
  'too-short',
  'out-of-range',
  'not-valid',
  'taken',
  'in-use',
  'unknown',
  'changed-meanwhile',
  'last-one',
  'not-yourself',
] as const;
export type AdministrationFault = (typeof administrationFaults)[number];

/** Whether a word on the wire is a fault that this version has words for. */
export function isAdministrationFault(word: string): word is AdministrationFault {
  return (administrationFaults as readonly string[]).includes(word);
}

/** The fault that an issue of zod stands for: forms are checked by the schema of their call before anything is sent. */
export function faultOfIssue(issue: { code?: string; minimum?: unknown; origin?: unknown }): AdministrationFault {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? issue.minimum === 1
          ? 'missing'
          : 'too-short'
        : 'out-of-range';
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too-long' : 'out-of-range';
    default:
      return 'not-valid';
  }
}
