/** The first rows of a file under the fields that its columns hold; cells that cannot be taken are marked and say why. */
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import type { ImportField, ImportMapping } from '../../../shared/administration/import-calls.ts';
import { Select } from '../../design/select.tsx';
import { useText } from '../../i18n/text.ts';

/** `onMap` is told the whole mapping when one column changes. */
export function PreviewTable({
  preview: { columns, mapping, rows },
  fields,
  onMap,
}: {
  preview: AdministrationOutput<'imports.preview'>;
  fields: readonly ImportField[];
  onMap: (mapping: ImportMapping) => void;
}) {
  const t = useText();
  const fieldOf = (column: number): ImportField | 'none' => fields.find((field) => mapping[field] === column) ?? 'none';
  const choose = (column: number, field: ImportField | 'none'): void => {
    const others = Object.entries(mapping).filter(([name, at]) => at !== column && name !== field);
    onMap({ ...Object.fromEntries(others), ...(field === 'none' ? {} : { [field]: column }) });
  };
  return (
    <div className="scroll-thin max-h-80 overflow-auto rounded-md border border-line" tabIndex={0} role="group">
      <table aria-label={t('imports.preview')} className="text-13">
        <thead>
          <tr className="border-b border-line text-left text-12 text-ink3">
            <th scope="col" className="px-2 py-1.5 font-medium">
              {t('imports.row')}
            </th>
            {columns.map((name, column) => (
              <th key={column} scope="col" className="min-w-40 px-2 py-1.5 font-medium">
                <div className="truncate pb-1">{name}</div>
                <Select
                  label={t('imports.field', { column: name })}
                  hideLabel
                  placeholder={t('imports.field.none')}
                  chosen={fieldOf(column)}
                  onChoose={(field) => choose(column, field)}
                  choices={(['none', ...fields] as const).map((field) => ({
                    id: field,
                    label: t(`imports.field.${field}`),
                  }))}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, cells, faults }) => (
            <tr key={line} className="border-b border-line last:border-b-0">
              <td className="num px-2 py-1.5 text-ink3">{line}</td>
              {columns.map((_, column) => {
                const fault = faults.find((one) => one.column === column)?.fault;
                return (
                  <td
                    key={column}
                    className={`max-w-56 px-2 py-1.5 align-top ${fault === undefined ? '' : 'bg-red-tint'}`}
                  >
                    <div className="truncate">{cells[column]}</div>
                    {fault !== undefined && (
                      <div className="text-12 text-red">{t(`administration.fault.${fault}`)}</div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
