/** Imports of customers and orders: which file, how far it has come, what became of its rows, and the refused ones to download. */
import { Download, FileUp, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { Button } from '../../design/button.tsx';
import { notify } from '../../design/notices.ts';
import { EmptyState } from '../../design/states.tsx';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.ts';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useAsk, useChange, useHasLine, useRead, useReadAgain } from '../use-administration.ts';
import { BringFile } from './bring-file.tsx';
import { saveRefusals } from './save-refusals.ts';

export type ImportShown = AdministrationOutput<'imports.list'>['imports'][number];

/** While a file is read its line is asked for so often, in ms. */
const LOOK_EVERY_MS = 2_000;

/** See the file's head. */
export function ImportsPage() {
  const t = useText();
  const format = useFormat();
  const list = useRead('imports.list', {});
  const readAgain = useReadAgain();
  const hasLine = useHasLine();
  const [isBringing, setBringing] = useState(false);
  const isUnderWay = list.data?.imports.some(({ state }) => state === 'queued' || state === 'running') === true;
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(readAgain, LOOK_EVERY_MS);
    return () => clearInterval(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new function with every drawing, the same act
  }, [isUnderWay]);
  const columns: Column<ImportShown>[] = [
    { id: 'file', title: t('imports.file'), cell: (one) => <FileCell of={one} /> },
    { id: 'progress', title: t('imports.progress'), cell: (one) => <Progress of={one} /> },
    ...(['made', 'changed', 'same', 'refused'] as const).map((count) => ({
      id: count,
      title: t(`imports.${count}`),
      isNumber: true,
      cell: (one: ImportShown) => format.number(one[count]),
    })),
    { id: 'acts', title: t('imports.acts'), cell: (one) => <Acts of={one} /> },
  ];
  return (
    <Page
      title={t('administration.section.imports')}
      about={t('imports.about')}
      actions={
        <Button kind="solid" size="normal" icon={Upload} isDisabled={!hasLine} onPress={() => setBringing(true)}>
          {t('imports.bring')}
        </Button>
      }
    >
      <Card>
        <Read of={list}>
          {({ imports }) =>
            imports.length === 0 ? (
              <EmptyState icon={FileUp} title={t('imports.none')} />
            ) : (
              <Table label={t('administration.section.imports')} columns={columns} rows={imports} />
            )
          }
        </Read>
      </Card>
      {isBringing && <BringFile onClose={() => setBringing(false)} />}
    </Page>
  );
}

function FileCell({ of }: { of: ImportShown }) {
  const t = useText();
  return (
    <>
      <div className="max-w-64 truncate font-medium" title={of.fileName}>
        {of.fileName}
      </div>
      <div className="text-12 text-ink3">
        {t(`imports.kind.${of.kind}`)} · {of.byName}
      </div>
    </>
  );
}

function Progress({ of }: { of: ImportShown }) {
  const t = useText();
  const format = useFormat();
  return (
    <>
      <div>{t(`imports.state.${of.state}`)}</div>
      {of.state === 'running' && of.total !== null && (
        <>
          <progress className="w-32 accent-accent" value={of.done} max={of.total} aria-label={t('imports.progress')} />
          <div className="num text-12 text-ink3">
            {t('imports.of', { done: format.number(of.done), total: format.number(of.total) })}
          </div>
        </>
      )}
      {of.trouble !== null && (
        <div className="text-12 text-red">
          {t(`imports.trouble.${of.trouble.why}`)}
          {of.trouble.line !== null && ` ${t('imports.line', { line: of.trouble.line })}`}
        </div>
      )}
    </>
  );
}

function Acts({ of }: { of: ImportShown }) {
  const t = useText();
  const ask = useAsk();
  const cancel = useChange('imports.cancel');
  const hasLine = useHasLine();
  const isOpen = of.state === 'receiving' || of.state === 'queued' || of.state === 'running';
  return (
    <div className="flex gap-1">
      {isOpen && (
        <Button size="small" isDisabled={!hasLine || cancel.isSending} onPress={() => void cancel.send({ id: of.id })}>
          {t('imports.stop')}
        </Button>
      )}
      {of.refused > 0 && (
        <Button
          size="small"
          icon={Download}
          isDisabled={!hasLine}
          onPress={() => {
            saveRefusals(ask, of).catch(() => notify({ tone: 'failed', title: t('administration.failed') }));
          }}
        >
          {t('imports.refusals')}
        </Button>
      )}
    </div>
  );
}
