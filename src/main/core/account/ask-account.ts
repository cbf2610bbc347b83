/** Asks the server about the signed-in agent's account by HTTP, and gives its refusals their names. Keeps nothing. */
import type { z } from 'zod';
import { type RefusalReason, refusalReasons } from '../../../shared/console-frames.ts';
import { httpErrorSchema } from '../../../shared/sync-protocol.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, type HttpAnswer, type HttpRequest, jsonOf } from '../session/ask-http.ts';
import type { TokenKeeper } from '../session/keep-token.ts';

export type AccountParts = { askHttp: AskHttp; tokens: TokenKeeper };

const BY_STATUS: Partial<Record<number, RefusalReason>> = {
  400: 'bad-input',
  401: 'signed-out',
  403: 'not-allowed',
  404: 'not-found',
  429: 'too-many-attempts',
};

/** The answer, parsed. Refused with `offline`, and as the server names it. */
export async function askAccount<S extends z.ZodType>(
  { askHttp, tokens }: AccountParts,
  request: Pick<HttpRequest, 'method' | 'path' | 'body'>,
  schema: S,
): Promise<z.output<S>> {
  const accessToken = await tokens.accessToken();
  let answer: HttpAnswer;
  try {
    answer = await askHttp({ ...request, accessToken });
  } catch {
    throw new Refused('offline', 'the server cannot be reached');
  }
  if (answer.status >= 300) throw refusalOf(answer);
  const given = schema.safeParse(answer.status === 204 ? {} : jsonOf(answer));
  if (!given.success) throw new Refused('failed', 'the server answered in a way this version does not know');
  return given.data;
}

function refusalOf(answer: HttpAnswer): Refused {
  const { data } = httpErrorSchema.safeParse(jsonOf(answer));
  const named = refusalReasons.find((reason) => reason === data?.error.why);
  const why = named ?? BY_STATUS[answer.status] ?? 'failed';
  return new Refused(why, data?.error.detail ?? `the server answered ${answer.status}`, data?.error.field);
}
