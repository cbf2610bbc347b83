/** The files of a reply that waits: by name and size, for the bytes are shown when the message is there. */
import { Paperclip } from 'lucide-react';
import type { SentFile } from '../../shared/domain/file.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

/** Draws nothing for a reply without files. */
export function PendingFiles({ files }: { files: readonly SentFile[] }) {
  const t = useText();
  const format = useFormat();
  if (files.length === 0) return null;
  return (
    <ul aria-label={t('files.label')} className="mt-1 grid grid-cols-1 gap-1 text-13">
      {files.map((file) => (
        <li key={file.uploadId} className="flex min-w-0 items-center gap-1.5">
          <Paperclip size={14} aria-hidden className="shrink-0 text-ink3" />
          <span className="truncate">{file.name}</span>
          <span className="num shrink-0 text-12 text-ink3">{format.size(file.size)}</span>
        </li>
      ))}
    </ul>
  );
}
