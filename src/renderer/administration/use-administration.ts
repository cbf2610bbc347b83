/**
 * How pages of the administration read and change: typed calls that the server answers at once. A read is asked again after
 * every change, and when the synced settings say that somebody else has changed something. A change that is refused says
 * which field is at fault.
 */
import { type UseQueryResult, useQuery as useTanstackQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useRef, useState } from 'react';
import { isAdministrationFault } from '../../shared/administration/calls.ts';
import type {
  AdministrationCall,
  AdministrationCallOf,
  AdministrationInput,
  AdministrationOutput,
} from '../../shared/administration/contract.ts';
import type { ConsoleApi } from '../../shared/console-api.ts';
import { CallRefused } from '../../shared/console-client.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { useConsole } from '../console/console-context.tsx';
import { useQuery } from '../console/use-query.ts';
import { wordsFor } from '../console/words-for-refusal.ts';
import { textNow } from '../i18n/text.ts';

/** The workspace that is administered now; null until it is known. Given by the screen. */
export const WorkspaceContext = createContext<WorkspaceId | null>(null);

const KEY = 'administration';

async function askServer<N extends AdministrationCall>(
  api: ConsoleApi,
  call: N,
  input: AdministrationInput<N>,
  workspaceId: WorkspaceId | null,
  changeId: string | null = null,
): Promise<AdministrationOutput<N>> {
  const answer = await api.administration.ask({ call, workspaceId, changeId, input });
  return answer.output as AdministrationOutput<N>;
}

/** What stands at the server. Keeps the last answer on screen while it asks again and while there is no line. */
export function useRead<N extends AdministrationCallOf<'read'>>(
  call: N,
  input: AdministrationInput<N>,
  options: { enabled?: boolean } = {},
): UseQueryResult<AdministrationOutput<N>> {
  const api = useConsole();
  const workspaceId = useContext(WorkspaceContext);
  return useTanstackQuery<AdministrationOutput<N>>({
    queryKey: [KEY, call, workspaceId, input],
    queryFn: () => askServer(api, call, input, workspaceId),
    // Nothing calls these stale while they are not on screen.
    staleTime: 0,
    enabled: options.enabled ?? true,
  });
}

export type Ask = <N extends AdministrationCall>(
  call: N,
  input: AdministrationInput<N>,
  changeId?: string,
) => Promise<AdministrationOutput<N>>;

/** One call after the other, for what is no form: a file in parts. Rejects with the refusal. */
export function useAsk(): Ask {
  const api = useConsole();
  const workspaceId = useContext(WorkspaceContext);
  return (call, input, changeId) => askServer(api, call, input, workspaceId, changeId ?? null);
}

/** Asks every read that is on screen again, and forgets the others. */
export function useReadAgain(): () => void {
  const answers = useQueryClient();
  return () => void answers.invalidateQueries({ queryKey: [KEY] });
}

/** Whether the server can be asked now. */
export function useHasLine(): boolean {
  const state = useQuery('connection.get', {}).data?.state;
  return state === 'online' || state === 'catchingUp';
}

type Faults = { byField: ReadonlyMap<string, string>; whole: string | null };
const NO_FAULTS: Faults = { byField: new Map(), whole: null };

export type Change<N extends AdministrationCall> = {
  /** Resolves to null when it was refused: `faultAt` and `fault` then say why. */
  send(input: AdministrationInput<N>): Promise<AdministrationOutput<N> | null>;
  isSending: boolean;
  /** Words for a field by its path in the input, such as `name` or `replyTargets.mail`. */
  faultAt(field: string): string | undefined;
  /** Words for what is no single field's fault. */
  fault: string | null;
  clear(): void;
};

/** One form's way to the server. A press that is repeated because the answer was lost is the same change. */
export function useChange<N extends AdministrationCallOf<'change' | 'act'>>(call: N): Change<N> {
  const api = useConsole();
  const workspaceId = useContext(WorkspaceContext);
  const readAgain = useReadAgain();
  const [faults, setFaults] = useState<Faults>(NO_FAULTS);
  const [isSending, setSending] = useState(false);
  const last = useRef<{ id: string; input: string } | null>(null);
  return {
    async send(input) {
      const text = JSON.stringify(input);
      if (last.current?.input !== text) last.current = { id: crypto.randomUUID(), input: text };
      setSending(true);
      setFaults(NO_FAULTS);
      try {
        const output = await askServer(api, call, input, workspaceId, last.current.id);
        last.current = null;
        readAgain();
        return output;
      } catch (error) {
        setFaults(faultsOf(error));
        return null;
      } finally {
        setSending(false);
      }
    },
    isSending,
    faultAt: (field) => faults.byField.get(field),
    fault: faults.whole,
    clear: () => setFaults(NO_FAULTS),
  };
}

function faultsOf(error: unknown): Faults {
  const t = textNow();
  if (error instanceof CallRefused && error.refusal.why === 'refused') {
    const { fault, field } = error.refusal;
    const words =
      fault !== undefined && isAdministrationFault(fault) ? t(`administration.fault.${fault}`) : wordsFor(error, t);
    return field === undefined
      ? { byField: new Map(), whole: words }
      : { byField: new Map([[field, words]]), whole: null };
  }
  return { byField: new Map(), whole: wordsFor(error, t) };
}
