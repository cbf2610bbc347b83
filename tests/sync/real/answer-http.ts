/**
 * The server's HTTP side as a simulated device reaches it: signing in, made up here (tokens are `agentId_clientId`), and
 * files, which go to the server's own door over a road that may lose the request or the answer.
 */
import type { AskHttp, HttpAnswer } from '../../../src/main/core/session/ask-http.ts';
import type { Random } from '../../../src/shared/domain/clock.ts';
import type { SimTime } from './sim-time.ts';
import type { UploadDoor } from './upload-door.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
/** Longest way of a request or an answer, in ms. */
const WAY_MS = 150;
/** How often a request or its answer is lost. */
const LOST = 0.06;
/** The product's own patience when it names none, in ms. */
const USUAL_MS = 15_000;

export type HttpRoad = {
  time: SimTime;
  random: Random;
  upload: UploadDoor['ask'];
};

export type HttpCaller = {
  agent: { id: string; displayName: string };
  /** The process that asks: what comes for one that has died is heard by nobody. */
  life: string;
  isReachable(): boolean;
  /** The device's time, epoch ms: tokens of a simulation never run out. */
  now(): number;
};

/** HTTP of one life of a device. */
export function askOverRoad({ time, random, upload }: HttpRoad, caller: HttpCaller): AskHttp {
  const later = time.scheduleOf(caller.life).after;
  return (request) => {
    if (!request.path.startsWith('/api/uploads')) return Promise.resolve(answerSession(caller, request, time));
    return new Promise<HttpAnswer>((resolve, reject) => {
      const fail = (): void => reject(new Error('the server cannot be reached'));
      const [isLost, isAnswerLost] = [random.next() < LOST, random.next() < LOST];
      const [there, back] = [random.next() * WAY_MS, random.next() * WAY_MS];
      if (!caller.isReachable()) return void later(50, fail);
      later(request.withinMs ?? USUAL_MS, fail);
      if (isLost) return;
      later(there, () => {
        upload(request).then(
          (answer) => isAnswerLost || later(back, () => (caller.isReachable() ? resolve(answer) : fail())),
          () => later(back, fail),
        );
      });
    });
  };
}

function answerSession(
  { agent, now }: HttpCaller,
  { path, body }: Parameters<AskHttp>[0],
  time: SimTime,
): Awaited<ReturnType<AskHttp>> {
  const asked = body as { device?: { clientId: string }; clientId?: string } | undefined;
  const clientId = asked?.device?.clientId ?? asked?.clientId ?? '';
  const isSession = path.startsWith('/api/session');
  const answer = isSession
    ? {
        agent: { ...agent, role: 'agent', workspaceId: '00000000-0000-7000-8000-000000000000' },
        accessToken: `${agent.id}_${clientId}`,
        accessExpiresAt: now() + YEAR_MS,
        refreshToken: 'refresh',
        serverTime: time.clock.now(),
      }
    : { error: { why: 'not-found', detail: 'nothing is here' } };
  return {
    status: isSession ? 200 : 404,
    body: new TextEncoder().encode(JSON.stringify(answer)),
    type: 'application/json',
  };
}
