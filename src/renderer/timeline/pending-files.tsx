/** The files of a reply that waits: by name and size, with how much of them is at the server; they are shown when the message is there. */
import { Paperclip } from 'lucide-react';
import type { SentFile } from '../../shared/domain/file.ts';
import { ProgressLine } from '../design/progress-line.tsx';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

/** Draws nothing for a reply without files. */
export function PendingFiles({ files, bytesUp }: { files: readonly SentFile[]; bytesUp: number }) {
  const t = useText();
  const format = useFormat();
  if (files.length === 0) return null;
  const all = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <>
      <ul aria-label={t('files.label')} className="mt-1 grid grid-cols-1 gap-1 text-13">
        {files.map((file) => (
          <li key={file.uploadId} className="flex min-w-0 items-center gap-1.5">
            <Paperclip size={14} aria-hidden className="shrink-0 text-ink3" />
            <span className="truncate">{file.name}</span>
            <span className="num shrink-0 text-12 text-ink3">{format.size(file.size)}</span>
          </li>
        ))}
      </ul>
      {bytesUp > 0 && bytesUp < all && (
        <div className="mt-1.5 grid grid-cols-[minmax(0,1fr)_auto] items-center gap-2 text-12 text-ink3">
          <ProgressLine label={t('files.progress')} part={bytesUp / all} />
          <span className="num">
            {format.size(bytesUp)} / {format.size(all)}
          </span>
        </div>
      )}
    </>
  );
}
