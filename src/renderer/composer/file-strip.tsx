/** The files that will go with the reply, each with the way to take it out, and the button that adds one. */
import { FileText, Image as ImageIcon, LoaderCircle, Paperclip, X } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../design/button.tsx';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import type { OutgoingFiles } from './use-outgoing-files.ts';

/** Stands over the foot of the composer; draws nothing while there is no file. `onRemoved`: give the focus a place. */
export function FileStrip({ outgoing, onRemoved }: { outgoing: OutgoingFiles; onRemoved: () => void }) {
  const t = useText();
  const format = useFormat();
  const { files, onTheirWay } = outgoing;
  if (files.length === 0 && onTheirWay.length === 0) return null;
  return (
    <ul aria-label={t('files.label')} className="flex max-h-28 flex-wrap gap-1.5 overflow-y-auto px-3 py-1.5">
      {files.map((file) => (
        <li key={file.uploadId} className={CHIP}>
          {file.type.startsWith('image/') ? (
            <ImageIcon size={14} aria-hidden className="shrink-0" />
          ) : (
            <FileText size={14} aria-hidden className="shrink-0" />
          )}
          <span className="truncate text-ink">{file.name}</span>
          <span className="num shrink-0">{format.size(file.size)}</span>
          <IconButton
            label={t('files.remove', { name: file.name })}
            icon={X}
            size="tiny"
            iconSize={14}
            onPress={() => {
              onRemoved();
              void outgoing.remove(file.uploadId);
            }}
          />
        </li>
      ))}
      {onTheirWay.map((file) => (
        <li key={file.key} className={`${CHIP} pr-2`}>
          <LoaderCircle size={14} aria-hidden className="motion-safe:animate-spin" />
          <span className="truncate">{t('files.adding', { name: file.name })}</span>
        </li>
      ))}
    </ul>
  );
}

const CHIP =
  'edge-forced flex h-7 max-w-72 min-w-0 items-center gap-1.5 rounded-md border border-line bg-subtle pl-2 text-12 text-ink3';

/** Opens the system's choice of files. */
export function AttachButton({ onChoose }: { onChoose: (files: File[]) => void }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('files.attach')} icon={Paperclip} onPress={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('files.attach')}
        onChange={(event) => {
          onChoose([...(event.target.files ?? [])]);
          // The same file may be chosen again after it was taken out.
          event.target.value = '';
        }}
      />
    </>
  );
}

/** Lies over the composer while files are held over it. */
export function DropHere() {
  const t = useText();
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-xl border-2 border-dashed border-focus bg-accent-tint text-14 font-bold text-accent-ink">
      {t('files.dropHere')}
    </div>
  );
}
