/**
 * The files that stand with the reply of one conversation: chosen, dropped or pasted, kept by the core with the draft. What
 * cannot be sent is said at once, with the limit and the way out. Sends nothing.
 */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type ChannelOnWire, limitsOf } from '../../shared/domain/channel.ts';
import { faultOfFiles, type FilesFault, MOST_FILES, type SentFile } from '../../shared/domain/file.ts';
import type { ConversationId, UploadId } from '../../shared/domain/ids.ts';
import { useConsole } from '../console/console-context.tsx';
import { useQuery } from '../console/use-query.ts';
import { wordsFor } from '../console/words-for-refusal.ts';
import { notify } from '../design/notices.ts';
import { textNow } from '../i18n/text.ts';

/** A file that is being read and written to the disk. */
export type FileOnItsWay = { key: number; name: string };

export type OutgoingFiles = {
  /** False where the channel takes none. */
  isTaken: boolean;
  files: readonly SentFile[];
  onTheirWay: readonly FileOnItsWay[];
  add(chosen: readonly File[]): Promise<void>;
  remove(fileId: UploadId): Promise<void>;
};

const MB = 1024 * 1024;

/** See the file's head. */
export function useOutgoingFiles(conversationId: ConversationId, channel: ChannelOnWire): OutgoingFiles {
  const api = useConsole();
  const limits = limitsOf(channel);
  const isTaken = limits.files !== null;
  const { data } = useQuery('files.list', { conversationId }, { enabled: isTaken });
  const files = data?.files ?? [];
  const [onTheirWay, setOnTheirWay] = useState<readonly FileOnItsWay[]>([]);
  const nextKey = useRef(0);

  function wordsForFault(fault: FilesFault): string {
    const t = textNow();
    const largest = (limits.files?.largest ?? 0) / MB;
    const together = (limits.files?.together ?? 0) / MB;
    switch (fault) {
      case 'channel':
        return t('files.fault.channel');
      case 'tooMany':
        return t('files.fault.tooMany', { most: MOST_FILES });
      case 'empty':
        return t('files.fault.empty');
      case 'tooLarge':
        return t('files.fault.tooLarge', { most: largest });
      case 'tooLargeTogether':
        return t('files.fault.tooLargeTogether', { most: together });
      case 'runs':
        return t('files.fault.runs');
    }
  }

  function tellFault(name: string, detail: string): void {
    notify({ tone: 'failed', title: textNow()('files.notAdded', { name }), detail });
  }

  return {
    isTaken,
    files,
    onTheirWay,
    async add(chosen) {
      // One after the other: the core judges each beside those that are there already.
      let there: readonly { name: string; size: number }[] = files;
      for (const file of chosen) {
        const fault = faultOfFiles(limits, [...there, file]);
        if (fault !== null) {
          tellFault(file.name, wordsForFault(fault));
          continue;
        }
        const key = nextKey.current++;
        setOnTheirWay((now) => [...now, { key, name: file.name }]);
        try {
          const base64 = await readBase64(file);
          await api.files.add({ conversationId, name: file.name, type: file.type.slice(0, 200), base64 });
          there = [...there, file];
        } catch (error) {
          const isUnreadable = error instanceof DOMException;
          tellFault(file.name, isUnreadable ? textNow()('files.fault.unreadable') : wordsFor(error, textNow()));
        } finally {
          setOnTheirWay((now) => now.filter((one) => one.key !== key));
        }
      }
    },
    async remove(fileId) {
      try {
        await api.files.remove({ fileId });
      } catch (error) {
        notify({ tone: 'failed', title: textNow()('files.notRemoved'), detail: wordsFor(error, textNow()) });
      }
    },
  };
}

/** Rejects with a DOMException when the system does not let the file be read: a folder, a disk that was pulled out. */
async function readBase64(file: File): Promise<string> {
  const reader = new FileReader();
  const url = await new Promise<string>((resolve, reject) => {
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new DOMException('not readable', 'NotReadableError'));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}

/** Files in a paste or a drop. Text that comes with a picture of itself, as from a spreadsheet, is pasted as text. */
export function filesIn(data: DataTransfer | null, isPaste: boolean): File[] {
  if (data === null || (isPaste && data.types.includes('text/plain'))) return [];
  return [...data.files];
}

/**
 * Takes files that are dropped on `area` or pasted into it.
 * @returns whether files are held over it now
 */
export function useDroppedFiles(area: RefObject<HTMLElement | null>, take: ((files: File[]) => void) | null): boolean {
  const [isOver, setOver] = useState(false);
  const taking = useRef(take);
  useEffect(() => {
    taking.current = take;
  });
  useEffect(() => {
    const element = area.current;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const isInside = (event: DragEvent): boolean => element?.contains(event.target as Node) ?? false;
    const onDrag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Also beside the area: a window that opened the dropped file in its place would lose the desk.
      event.preventDefault();
      const isTaken = isInside(event) && taking.current !== null;
      if (event.dataTransfer) event.dataTransfer.dropEffect = isTaken ? 'copy' : 'none';
      setOver(isTaken && event.type !== 'drop');
      if (event.type === 'drop' && isTaken) taking.current?.(filesIn(event.dataTransfer, false));
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null || !isInside(event)) setOver(false);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const pasted = filesIn(event.clipboardData, true);
      if (pasted.length === 0 || taking.current === null) return;
      event.preventDefault();
      taking.current(pasted);
    };
    window.addEventListener('dragover', onDrag);
    window.addEventListener('drop', onDrag);
    window.addEventListener('dragleave', onLeave);
    element?.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragover', onDrag);
      window.removeEventListener('drop', onDrag);
      window.removeEventListener('dragleave', onLeave);
      element?.removeEventListener('paste', onPaste);
    };
  }, [area]);
  return isOver;
}
