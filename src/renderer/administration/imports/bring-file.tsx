/** Brings a file to the server: what it holds, how it is read, its first rows with what is wrong in them; then it is started. */
import { useState } from 'react';
import {
  delimiters,
  IMPORT_PART,
  importFields,
  type ImportKind,
  type ImportMapping,
  LARGEST_IMPORT,
} from '../../../shared/administration/import-calls.ts';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { wordsFor } from '../../console/words-for-refusal.ts';
import { Segments } from '../../design/segments.tsx';
import { Select } from '../../design/select.tsx';
import { useText } from '../../i18n/text.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { type Ask, useAsk, useChange } from '../use-administration.ts';
import { PreviewTable } from './preview-table.tsx';

type Preview = AdministrationOutput<'imports.preview'>;
type How = { encoding: Preview['encoding']; delimiter: Preview['delimiter'] | null; mapping: ImportMapping | null };
const AUTOMATIC: How = { encoding: null, delimiter: null, mapping: null };

/** See the file's head. */
export function BringFile({ onClose }: { onClose: () => void }) {
  const t = useText();
  const ask = useAsk();
  const start = useChange('imports.start');
  const [kind, setKind] = useState<ImportKind>('customers');
  const [sent, setSent] = useState<number | null>(null);
  const [id, setId] = useState<string | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [fault, setFault] = useState<string | null>(null);

  const look = async (of: string, ofKind: ImportKind, how: How): Promise<void> => {
    setPreview(await ask('imports.preview', { id: of, kind: ofKind, ...how }));
  };
  const bring = async (file: File): Promise<void> => {
    setFault(null);
    setPreview(null);
    if (file.size > LARGEST_IMPORT) {
      setFault(t('imports.tooLarge', { size: LARGEST_IMPORT / 1024 / 1024 }));
      return;
    }
    try {
      const made = crypto.randomUUID();
      await sendFile(ask, made, kind, file, setSent);
      setId(made);
      await look(made, kind, AUTOMATIC);
    } catch (error) {
      setFault(wordsFor(error, t));
    }
    setSent(null);
  };
  const change = (how: Partial<How>): void => {
    if (id === null || preview === null) return;
    const { encoding, delimiter, mapping } = preview;
    look(id, kind, { encoding, delimiter, mapping, ...how }).catch((error: unknown) => setFault(wordsFor(error, t)));
  };
  const onStart = async (): Promise<void> => {
    if (id === null || preview?.encoding == null || preview.trouble !== null) return;
    const { encoding, delimiter, mapping } = preview;
    if ((await start.send({ id, encoding, delimiter, mapping })) !== null) onClose();
  };
  return (
    <FormDialog
      title={t('imports.bring')}
      change={{ isSending: start.isSending || sent !== null, fault: fault ?? start.fault }}
      onSave={() => void onStart()}
      onClose={onClose}
      saveLabel={t('imports.start')}
      width="60rem"
    >
      {id === null && (
        <Segments
          label={t('imports.what')}
          chosen={kind}
          onChoose={setKind}
          choices={(['customers', 'orders'] as const).map((one) => ({ id: one, label: t(`imports.kind.${one}`) }))}
        />
      )}
      <label className="block text-12 font-medium text-ink2">
        <span className="mb-1 block">{t('imports.choose')}</span>
        <input
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          className="text-13"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file !== undefined) void bring(file);
          }}
        />
      </label>
      {sent !== null && (
        <progress className="w-full accent-accent" value={sent} max={1} aria-label={t('imports.sending')} />
      )}
      {preview !== null && (
        <>
          <div className="grid grid-cols-2 gap-3">
            <Select
              label={t('imports.encoding')}
              placeholder={t('imports.unknownEncoding')}
              chosen={preview.encoding}
              onChoose={(encoding) => change({ encoding })}
              choices={[
                { id: 'utf-8', label: 'UTF-8' },
                { id: 'shift_jis', label: 'Shift_JIS' },
              ]}
            />
            <Select
              label={t('imports.delimiter')}
              placeholder=","
              chosen={preview.delimiter}
              onChoose={(delimiter) => change({ delimiter, mapping: null })}
              choices={delimiters.map((one) => ({ id: one, label: one === '\t' ? t('imports.tab') : one }))}
            />
          </div>
          {preview.trouble !== null && (
            <p role="alert" className="text-13 text-red">
              {t(`imports.trouble.${preview.trouble.why}`)}
              {preview.trouble.line !== null && ` ${t('imports.line', { line: preview.trouble.line })}`}
            </p>
          )}
          <PreviewTable preview={preview} fields={importFields[kind]} onMap={(mapping) => change({ mapping })} />
        </>
      )}
    </FormDialog>
  );
}

async function sendFile(
  ask: Ask,
  id: string,
  kind: ImportKind,
  file: File,
  onSent: (share: number) => void,
): Promise<void> {
  onSent(0);
  await ask('imports.begin', { id, kind, fileName: file.name, size: file.size }, crypto.randomUUID());
  for (let offset = 0; offset < file.size; offset += IMPORT_PART) {
    const bytes = new Uint8Array(await file.slice(offset, offset + IMPORT_PART).arrayBuffer());
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    await ask('imports.part', { id, offset, base64: btoa(binary) });
    onSent(Math.min(1, (offset + IMPORT_PART) / file.size));
  }
}
