/**
 * `administration.ask`: passes one call of the administration to the server and its answer back. Parses both by the contract;
 * keeps nothing: what is typed there, passwords of mailboxes too, must not lie on this device.
 */
import { z } from 'zod';
import { faultOfIssue, isAdministrationFault } from '../../../shared/administration/calls.ts';
import { findAdministrationCall } from '../../../shared/administration/contract.ts';
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { httpErrorSchema } from '../../../shared/sync-protocol.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, type HttpAnswer, jsonOf } from '../session/ask-http.ts';

/** A mailbox that is tried out answers late or never; the server gives up before. */
const WITHIN_MS = 60_000;

type Asked = Parameters<ConsoleHandlers['administration']['ask']>[0];

/** Refused with `offline`, `not-allowed`, `refused` (with field and fault), `signed-out`, `unknown-method`, `failed`. */
export async function askAdministration(
  desk: Desk,
  askHttp: AskHttp,
  { call, workspaceId, changeId, input }: Asked,
): Promise<{ output: unknown }> {
  const shape = findAdministrationCall(call);
  if (shape === null) throw new Refused('unknown-method', 'this console does not know that call', 'call');
  const checked = shape.input.safeParse(input);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new Refused(
      'refused',
      'the input does not fit',
      issue?.path.map(String).join('.'),
      faultOfIssue(issue ?? {}),
    );
  }
  const accessToken = await desk.line.accessToken();
  const answer = await askHttp({
    method: 'POST',
    path: `/api/administration/${call.replace('.', '/')}`,
    // As it came: what the schema makes of it is made once, at the server.
    body: { workspaceId: workspaceId ?? desk.me.workspaceId, changeId, input },
    accessToken,
    withinMs: WITHIN_MS,
  }).catch(() => {
    throw new Refused('offline', 'the server cannot be reached');
  });
  if (answer.status !== 200) throw refusalOf(answer);
  const parsed = z.object({ output: shape.output }).safeParse(jsonOf(answer));
  if (!parsed.success) throw new Refused('failed', 'the server answered in a way that this version does not know');
  return { output: parsed.data.output };
}

function refusalOf(answer: HttpAnswer): Refused {
  const error = httpErrorSchema.safeParse(jsonOf(answer)).data?.error;
  const detail = error?.detail ?? `the server answered ${answer.status}`;
  switch (answer.status) {
    case 401:
      return new Refused('signed-out', detail);
    case 403:
      return new Refused('not-allowed', detail);
    case 404:
      return new Refused('unknown-method', detail);
    case 413:
      return new Refused('too-large', detail);
    case 422:
      return error !== undefined && isAdministrationFault(error.why)
        ? new Refused('refused', detail, error.field, error.why)
        : new Refused('failed', detail, error?.field);
    case 429:
      return new Refused('too-many-attempts', detail);
    default:
      return new Refused(answer.status === 400 ? 'bad-input' : 'failed', detail, error?.field);
  }
}
