/** Every key of the desk, drawn from the one table. */
import { HOTKEYS, type HotkeyId } from '../design/hotkey-table.ts';
import { KeyCap } from '../design/key-cap.tsx';
import { Dialog } from '../design/overlays.tsx';
import { useText } from '../i18n/text.ts';

/** See the file's head. */
export function KeyList({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t('keys.title')} isOpen={isOpen} onClose={onClose} width="44rem">
      <p className="mb-3 text-13 text-ink3">{t('keys.about')}</p>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-1.5 min-[40rem]:grid-cols-2">
        {(Object.keys(HOTKEYS) as HotkeyId[]).map((id) => (
          <div key={id} className="flex min-h-6 items-center gap-3 text-13">
            <dt className="min-w-0 flex-1">{t(`keys.${id}`)}</dt>
            <dd className="flex flex-wrap justify-end gap-2">
              {HOTKEYS[id].keys.map((keys) => (
                <KeyCap key={keys} keys={keys} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
