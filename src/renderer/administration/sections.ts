/**
 * The sections of the administration in the order in which they stand. To add one: a page in a folder of its own, a line
 * here, its name in the words as `administration.section.<id>`.
 */
import { Activity, FileUp, Cable, Inbox, KeyRound, type LucideIcon, Users, Webhook } from 'lucide-react';
import { type ComponentType, lazy } from 'react';

export const sectionGroups = ['organisation', 'work', 'channels', 'data', 'operations'] as const;

export type Section = {
  id: 'people' | 'queues' | 'channels' | 'imports' | 'apiTokens' | 'webhooks' | 'status';
  group: (typeof sectionGroups)[number];
  icon: LucideIcon;
  /** Fetched when it is first opened. */
  page: ComponentType;
};
export type SectionId = Section['id'];

export const sections: readonly Section[] = [
  {
    id: 'people',
    group: 'organisation',
    icon: Users,
    page: lazy(() => import('./people/people-page.tsx').then((loaded) => ({ default: loaded.PeoplePage }))),
  },
  {
    id: 'queues',
    group: 'work',
    icon: Inbox,
    page: lazy(() => import('./queues/queues-page.tsx').then((loaded) => ({ default: loaded.QueuesPage }))),
  },
  {
    id: 'channels',
    group: 'channels',
    icon: Cable,
    page: lazy(() => import('./channels/channels-page.tsx').then((loaded) => ({ default: loaded.ChannelsPage }))),
  },
  {
    id: 'imports',
    group: 'data',
    icon: FileUp,
    page: lazy(() => import('./imports/imports-page.tsx').then((loaded) => ({ default: loaded.ImportsPage }))),
  },
  {
    id: 'apiTokens',
    group: 'data',
    icon: KeyRound,
    page: lazy(() => import('./api-tokens/api-tokens-page.tsx').then((loaded) => ({ default: loaded.ApiTokensPage }))),
  },
  {
    id: 'webhooks',
    group: 'data',
    icon: Webhook,
    page: lazy(() => import('./webhooks/webhooks-page.tsx').then((loaded) => ({ default: loaded.WebhooksPage }))),
  },
  {
    id: 'status',
    group: 'operations',
    icon: Activity,
    page: lazy(() => import('./status/status-page.tsx').then((loaded) => ({ default: loaded.StatusPage }))),
  },
];
