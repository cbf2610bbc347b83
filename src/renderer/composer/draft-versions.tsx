/** What was typed here in the last 30 days and did not stay: read it, and take it back beside what stands in the field. */
import { History } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ConsoleApi } from '../../shared/console-api.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { useConsole } from '../console/console-context.tsx';
import { Button, IconButton } from '../design/button.tsx';
import { Popover } from '../design/overlays.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import type { What } from './composer.tsx';

type Version = Awaited<ReturnType<ConsoleApi['drafts']['versions']>>['versions'][number];
type Props = { conversationId: ConversationId; onTake: (what: What, text: string) => void };

/** The button with the list behind it. */
export function DraftVersions({ conversationId, onTake }: Props) {
  const t = useText();
  return (
    <Popover
      label={t('draft.versions')}
      width="23.25rem"
      placement="top end"
      trigger={<IconButton icon={History} size="tiny" iconSize={14} label={t('draft.versions')} />}
    >
      {(close) => (
        <VersionList
          conversationId={conversationId}
          onTake={(what, text) => {
            close();
            onTake(what, text);
          }}
        />
      )}
    </Popover>
  );
}

function VersionList({ conversationId, onTake }: Props) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const api = useConsole();
  const [versions, setVersions] = useState<readonly Version[]>([]);
  useEffect(() => {
    const add = (more: readonly Version[]): void =>
      setVersions((before) => {
        const all = [...before, ...more].sort((a, b) => b.savedAt - a.savedAt);
        // The same words from the device and the server are one version.
        return all.filter((one, i) => all.findIndex(({ what, text }) => what === one.what && text === one.text) === i);
      });
    api.drafts.versions({ conversationId }).then(
      (answer) => add(answer.versions),
      () => undefined,
    );
    // Without a line this device's own are all there is.
    api.drafts.serverVersions({ conversationId }).then(
      (answer) => add(answer.versions),
      () => undefined,
    );
  }, [api, conversationId]);
  return (
    <>
      <h2 className="px-4 pt-3 pb-2 text-14 font-bold">{t('draft.versions')}</h2>
      <ul className="scroll-thin max-h-80 overflow-y-auto">
        {versions.map((version) => (
          <li key={`${version.what} ${version.text}`} className="border-t border-line px-4 py-2">
            <div className="flex items-center gap-2 text-12 text-ink3">
              <span>{t(version.what === 'note' ? 'composer.note' : 'composer.reply')}</span>
              <time className="num">{format.stamp(version.savedAt, now)}</time>
              <Button className="ml-auto" onPress={() => onTake(version.what, version.text)}>
                {t('draft.takeBack')}
              </Button>
            </div>
            <p className="message-text line-clamp-3 text-13">{version.text}</p>
          </li>
        ))}
      </ul>
      <p className="border-t border-line bg-subtle px-4 py-2 text-12 text-ink3">
        {t(versions.length === 0 ? 'draft.noVersions' : 'draft.versionsFoot')}
      </p>
    </>
  );
}
