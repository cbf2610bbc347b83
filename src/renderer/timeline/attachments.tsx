/** The files of a message: pictures drawn small, everything else as a named button that saves it. */
import { Ban, FileText, Image as ImageIcon } from 'lucide-react';
import { useState } from 'react';
import type { AttachmentRow } from '../../shared/domain/rows.ts';
import { useConsole } from '../console/console-context.tsx';
import { wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { notify } from '../design/notices.ts';
import { useFormat } from '../i18n/format.ts';
import { type MessageId, useText } from '../i18n/text.ts';
import { isPicture, useAttachment } from './attachment-bytes.ts';
import { saveFile } from '../console/save-file.ts';

/** `pictures: false` draws every file as a button, as in the foot of a mail. */
export function Attachments({
  attachments,
  pictures = true,
}: {
  attachments: readonly AttachmentRow[];
  pictures?: boolean;
}) {
  const files = attachments.filter((attachment) => !pictures || !isPicture(attachment));
  return (
    <>
      {pictures &&
        attachments.filter(isPicture).map((attachment) => <Picture key={attachment.id} attachment={attachment} />)}
      {files.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {files.map((attachment) => (
            <FileButton key={attachment.id} attachment={attachment} />
          ))}
        </div>
      )}
    </>
  );
}

function Picture({ attachment }: { attachment: AttachmentRow }) {
  const t = useText();
  const file = useAttachment(attachment, true);
  if (file.data !== undefined)
    return (
      <img
        src={file.data}
        alt={t('attachment.picture', { name: attachment.name })}
        className="mb-1 block max-h-72 max-w-full rounded-lg border border-line bg-surface object-contain"
      />
    );
  return (
    <div className="mb-1 grid h-36 w-60 max-w-full place-items-center rounded-lg border border-line bg-subtle text-12 text-ink3">
      {file.isError ? (
        <Button kind="quiet" icon={ImageIcon} onPress={() => void file.refetch()}>
          {t('attachment.loadAgain')}
        </Button>
      ) : (
        t('attachment.loading')
      )}
    </div>
  );
}

function wordsOfBlock(because: string | null): MessageId {
  if (because === 'infected') return 'attachment.infected';
  return because === 'notScanned' ? 'attachment.notScanned' : 'attachment.blocked';
}

function FileButton({ attachment }: { attachment: AttachmentRow }) {
  const t = useText();
  const format = useFormat();
  const api = useConsole();
  const [busy, setBusy] = useState(false);
  const Icon = attachment.sniffedType.startsWith('image/') ? ImageIcon : FileText;
  if (attachment.isBlocked)
    return (
      <span className="flex items-center gap-2 rounded-md border border-red-line px-2 py-1 text-12 text-red">
        <Ban size={14} aria-hidden />
        {t(wordsOfBlock(attachment.blockedBecause), { name: attachment.name })}
      </span>
    );
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      saveFile(attachment.name, (await api.attachments.fetch({ attachmentId: attachment.id })).base64);
    } catch (error) {
      notify({ tone: 'failed', title: t('attachment.failed', { name: attachment.name }), detail: wordsFor(error, t) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      kind="plain"
      icon={Icon}
      isPending={busy}
      onPress={() => void save()}
      className="max-w-full !border-line !text-12 !font-normal"
    >
      <span className="truncate">{attachment.name}</span>
      <span className="num shrink-0 text-ink3">{format.size(attachment.size)}</span>
    </Button>
  );
}
