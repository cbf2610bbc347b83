/** What the server answers to the administration, for looking at its pages: one line for each call of its contract. */
import type {
  AdministrationCall,
  AdministrationInput,
  AdministrationOutput,
} from '../../src/shared/administration/contract.ts';
import { channelAccountAnswers } from './fake-channel-accounts.ts';
import { importAnswers } from './fake-imports.ts';
import { queue, workspace } from './sample-rows.ts';

export type Answers<N extends AdministrationCall = AdministrationCall> = {
  [M in N]: (input: AdministrationInput<M>) => AdministrationOutput<M>;
};

/** What was saved is forgotten at once; the pages show it all the same as the server would after a reload. */
export const administrationAnswers: Answers = {
  ...importAnswers,
  'workspaces.list': () => ({
    workspaces: [{ id: workspace.id, name: workspace.name, isOwn: true }],
    administersAll: true,
  }),
  ...channelAccountAnswers,
  'queues.list': () => ({
    queues: [
      {
        id: queue.id,
        version: 3,
        name: queue.name,
        replyTargets: { webChat: 15, line: 60, mail: 480, phone: 30 },
        people: 12,
        accounts: 4,
        conversations: 1_204,
      },
      {
        id: '01900000-0000-7000-8000-00000000aa01' as typeof queue.id,
        version: 1,
        name: '法人窓口',
        replyTargets: {},
        people: 3,
        accounts: 1,
        conversations: 88,
      },
    ],
  }),
  'queues.save': () => ({ version: 4 }),
  'queues.remove': () => ({}),
};
