/** The place of administrators: its sections at the left, one page at a time beside them, and which workspace it is about. */
import { Suspense, useEffect, useState } from 'react';
import type { Session } from '../../shared/console-shapes.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { useQuery } from '../console/use-query.ts';
import { Select } from '../design/select.tsx';
import { addWords, useText } from '../i18n/text.ts';
import { administrationEn } from '../i18n/words/administration-en.ts';
import { administrationJa } from '../i18n/words/administration-ja.ts';
import { type Section, type SectionId, sectionGroups, sections } from './sections.ts';
import { useRead, useReadAgain, WorkspaceContext } from './use-administration.ts';

addWords({ ja: administrationJa, en: administrationEn });

type SignedIn = Extract<Session, { state: 'signedIn' }>;

/** See the file's head. */
export function AdministrationScreen({ session }: { session: SignedIn }) {
  const t = useText();
  const [at, setAt] = useState<SectionId>(sections[0]?.id ?? 'queues');
  const [workspaceId, setWorkspaceId] = useState<WorkspaceId | null>(session.workspace?.id ?? null);
  useFollowSettings();
  const Page = sections.find((section) => section.id === at)?.page;
  return (
    <WorkspaceContext value={workspaceId}>
      <nav
        aria-label={t('administration.sections')}
        className="scroll-thin flex w-56 shrink-0 flex-col overflow-y-auto border-r border-line bg-surface px-2 py-3"
      >
        <h1 className="px-2 text-16 font-bold">{t('administration.title')}</h1>
        <WorkspaceChoice chosen={workspaceId} onChoose={setWorkspaceId} />
        {sectionGroups.map((group) => {
          const inGroup = sections.filter((section) => section.group === group);
          return inGroup.length === 0 ? null : (
            <div key={group} className="mt-3">
              <h2 className="px-2 pb-1 text-11 font-medium text-ink3">{t(`administration.group.${group}`)}</h2>
              <ul>
                {inGroup.map((section) => (
                  <SectionLine key={section.id} section={section} isOpen={section.id === at} onOpen={setAt} />
                ))}
              </ul>
            </div>
          );
        })}
      </nav>
      <main className="scroll-thin min-w-0 flex-1 overflow-y-auto bg-canvas">
        <Suspense fallback={null}>{Page !== undefined && <Page key={workspaceId} />}</Suspense>
      </main>
    </WorkspaceContext>
  );
}

function SectionLine({
  section: { id, icon: Icon },
  isOpen,
  onOpen,
}: {
  section: Section;
  isOpen: boolean;
  onOpen: (id: SectionId) => void;
}) {
  const t = useText();
  return (
    <li>
      <button
        type="button"
        data-inset
        aria-current={isOpen ? 'page' : undefined}
        onClick={() => onOpen(id)}
        className={`flex h-8 w-full items-center gap-2 rounded-md px-2 text-left text-13 ${isOpen ? 'bg-accent-tint font-bold text-accent-ink' : 'text-ink2 hover:bg-hover'}`}
      >
        <Icon size={16} aria-hidden className="shrink-0" />
        <span className="truncate">{t(`administration.section.${id}`)}</span>
      </button>
    </li>
  );
}

/** Offered to who administers more than one. */
function WorkspaceChoice({ chosen, onChoose }: { chosen: WorkspaceId | null; onChoose: (id: WorkspaceId) => void }) {
  const t = useText();
  const workspaces = useRead('workspaces.list', {}).data?.workspaces ?? [];
  if (workspaces.length < 2) return null;
  return (
    <div className="mt-2 px-2">
      <Select
        label={t('administration.workspace')}
        hideLabel
        placeholder={t('administration.workspace')}
        chosen={chosen}
        onChoose={onChoose}
        choices={workspaces.map(({ id, name }) => ({ id, label: name }))}
      />
    </div>
  );
}

/** Settings that somebody else changed come by sync: what stands on screen is asked again then. */
function useFollowSettings(): void {
  const readAgain = useReadAgain();
  const { dataUpdatedAt } = useQuery('settings.get', {});
  useEffect(() => {
    if (dataUpdatedAt > 0) readAgain();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new function with every drawing, the same act
  }, [dataUpdatedAt]);
}
