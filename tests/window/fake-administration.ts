/** What the server answers to the administration, for looking at its pages: one line for each call of its contract. */
import type {
  AdministrationCall,
  AdministrationInput,
  AdministrationOutput,
} from '../../src/shared/administration/contract.ts';
import { channelAccountAnswers } from './fake-channel-accounts.ts';
import { importAnswers } from './fake-imports.ts';
import { operationsAnswers } from './fake-operations.ts';
import type { TeamId } from '../../src/shared/administration/people-calls.ts';
import { colleague, lead, me, queue, workspace } from './sample-rows.ts';

const NOW = Date.UTC(2026, 10, 24, 1, 0);
const word = 'k3Vt0mGd8nQ2yXw7Zb5cRf1HsLp4uJaE9oTiKqYxMzA';
const team = { id: '01900000-0000-7000-8000-00000000bb01' as TeamId, version: 1, name: '家電チーム', people: 2 };
const person = (of: typeof me, login: string, more: object = {}) => ({
  id: of.id,
  version: 2,
  displayName: of.displayName,
  kana: of.kana,
  role: of.role,
  queueIds: of.queueIds,
  rights: ['directory' as const, 'revealPersonalData' as const],
  teamIds: [team.id],
  skills: ['返品', '英語'],
  administersAll: false,
  login,
  state: 'active' as const,
  invitedUntil: null,
  lastSeenAt: NOW,
  ...more,
});

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
  ...operationsAnswers,
  'people.list': () => ({
    people: [
      person(me, 'suzuki'),
      person(colleague, 'ito@haruka.example', { lastSeenAt: null, invitedUntil: NOW + 6 * 86_400_000, teamIds: [] }),
      person(lead, 'sato', { state: 'disabled', skills: [] }),
    ],
    teams: [team],
  }),
  'people.invite': () => ({ version: 1, link: { word, expiresAt: NOW } }),
  'people.save': () => ({ version: 3 }),
  'people.setState': () => ({ version: 3 }),
  'people.makeLink': () => ({ link: { word, expiresAt: NOW }, isInvitation: false }),
  'people.saveTeam': () => ({ version: 2 }),
  'people.removeTeam': () => ({}),
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
