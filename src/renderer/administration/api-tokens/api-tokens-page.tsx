/** Tokens of the HTTP API: which other systems may read and write here, and when each was last heard of. */
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { Button } from '../../design/button.tsx';
import { EmptyState } from '../../design/states.tsx';
import { useMinute } from '../../design/use-now.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.ts';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useHasLine, useRead } from '../use-administration.ts';
import { ApiTokenDialog } from './api-token-dialog.tsx';
import { ApiTokenForm } from './api-token-form.tsx';

export type ApiTokenShown = AdministrationOutput<'apiTokens.list'>['tokens'][number];

/** See the file's head. */
export function ApiTokensPage() {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const list = useRead('apiTokens.list', {});
  const hasLine = useHasLine();
  const [open, setOpen] = useState<ApiTokenShown | 'new' | null>(null);
  const columns: Column<ApiTokenShown>[] = [
    { id: 'name', title: t('apiTokens.name'), cell: ({ name }) => name },
    {
      id: 'scopes',
      title: t('apiTokens.scopes'),
      cell: ({ scopes }) => scopes.map((scope) => t(`apiTokens.scope.${scope}`)).join(' · '),
    },
    { id: 'madeBy', title: t('apiTokens.madeBy'), cell: ({ madeByName }) => madeByName },
    { id: 'made', title: t('apiTokens.made'), cell: ({ createdAt }) => format.stamp(createdAt, now) },
    {
      id: 'used',
      title: t('apiTokens.used'),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('apiTokens.never') : format.stamp(lastUsedAt, now)),
    },
  ];
  return (
    <Page
      title={t('administration.section.apiTokens')}
      about={t('apiTokens.about')}
      actions={
        <Button kind="solid" size="normal" icon={Plus} isDisabled={!hasLine} onPress={() => setOpen('new')}>
          {t('apiTokens.new')}
        </Button>
      }
    >
      <Card>
        <Read of={list}>
          {({ tokens }) =>
            tokens.length === 0 ? (
              <EmptyState icon={KeyRound} title={t('apiTokens.none')} />
            ) : (
              <Table label={t('administration.section.apiTokens')} columns={columns} rows={tokens} onOpen={setOpen} />
            )
          }
        </Read>
      </Card>
      {open === 'new' && <ApiTokenForm onClose={() => setOpen(null)} />}
      {open !== null && open !== 'new' && <ApiTokenDialog token={open} onClose={() => setOpen(null)} />}
    </Page>
  );
}
