/** Any number of choices out of a short list, each with its words: check boxes under one name. */
import { FieldGroup } from './form-dialog.tsx';

/** See the file's head. */
export function Checks<Id extends string>({
  title,
  more,
  choices,
  chosen,
  onChange,
  error,
}: {
  title: string;
  more?: string;
  choices: readonly { id: Id; label: string; note?: string }[];
  chosen: readonly Id[];
  onChange: (chosen: Id[]) => void;
  error?: string | undefined;
}) {
  return (
    <FieldGroup title={title} {...(more === undefined ? {} : { more })}>
      <ul className="grid grid-cols-2 gap-x-3 gap-y-1.5">
        {choices.map(({ id, label, note }) => (
          <li key={id}>
            <label className="flex min-h-6 items-start gap-2 text-13">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={(event) =>
                  onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
                }
                className="mt-1 accent-(--accent-solid)"
              />
              <span className="min-w-0">
                {label}
                {note !== undefined && <span className="block text-12 text-ink3">{note}</span>}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {error !== undefined && <p className="mt-1 text-12 text-red">{error}</p>}
    </FieldGroup>
  );
}
