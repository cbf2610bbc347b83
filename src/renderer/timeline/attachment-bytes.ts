/** The bytes of a file that came with a message, kept while its conversation is on screen. Asks the core, never the net. */
import { useQuery as useTanstackQuery } from '@tanstack/react-query';
import type { AttachmentRow } from '../../shared/domain/rows.ts';
import { useConsole } from '../console/console-context.tsx';
import { reasonOf } from '../console/words-for-refusal.ts';

/** Pictures above this are opened by hand: decoding them would hold up the thread. */
export const PREVIEW_BYTES = 5_000_000;

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Whether the file is a picture by what is in it, not by what it calls itself, and small enough to be drawn. */
export function isPicture(attachment: AttachmentRow): boolean {
  return PICTURES.has(attachment.sniffedType) && !attachment.isBlocked && attachment.size <= PREVIEW_BYTES;
}

/** A `data:` address of the file, once it is here. Offline it is asked for again when someone presses. */
export function useAttachment(attachment: AttachmentRow, enabled: boolean) {
  const api = useConsole();
  return useTanstackQuery({
    queryKey: ['attachment', attachment.id],
    queryFn: async () => {
      const file = await api.attachments.fetch({ attachmentId: attachment.id });
      return `data:${attachment.sniffedType};base64,${file.base64}`;
    },
    enabled,
    retry: (failures, error) => failures < 2 && reasonOf(error) === 'failed',
  });
}
