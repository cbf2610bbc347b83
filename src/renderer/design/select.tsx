/** A choice among several lines, for forms. Opens over the page and gives the focus back. */
import { Check, ChevronDown } from 'lucide-react';
import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components';

type Props<Id extends string> = {
  label: string;
  hint?: string | undefined;
  chosen: Id | null;
  onChoose: (id: Id) => void;
  choices: readonly { id: Id; label: string }[];
  placeholder: string;
  hideLabel?: boolean;
};

/** See the file's head. */
export function Select<Id extends string>({
  label,
  hint,
  chosen,
  onChoose,
  choices,
  placeholder,
  hideLabel = false,
}: Props<Id>) {
  return (
    <AriaSelect
      value={chosen}
      onChange={(key) => onChoose(key as Id)}
      placeholder={placeholder}
      className="min-w-0"
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      {!hideLabel && (
        <Label className="mb-1 flex items-center gap-1 text-12 font-medium text-ink2">
          {label}
          {hint !== undefined && <span className="text-ink3">{hint}</span>}
        </Label>
      )}
      <Button className="flex h-8 w-full items-center gap-2 rounded-md border border-strong bg-surface px-2.5 text-13 text-ink">
        <SelectValue className="min-w-0 flex-1 truncate text-left data-[placeholder]:text-ink3">
          {/* Its words only: drawn as in the list, the tick would push them out of the box. */}
          {({ isPlaceholder, selectedText, defaultChildren }) => (isPlaceholder ? defaultChildren : selectedText)}
        </SelectValue>
        <ChevronDown size={14} aria-hidden className="shrink-0 text-ink3" />
      </Button>
      <Popover offset={4} className="fade-in min-w-(--trigger-width) rounded-lg bg-raised shadow-3">
        <ListBox className="max-h-72 overflow-y-auto p-1.5 outline-none" items={choices}>
          {(choice) => (
            <ListBoxItem
              id={choice.id}
              textValue={choice.label}
              className="flex min-h-8 items-center gap-2 rounded-md px-2 text-13 outline-none data-[focused]:bg-accent-tint data-[focused]:text-accent-ink"
            >
              {({ isSelected }) => (
                <>
                  <Check size={14} aria-hidden className={isSelected ? '' : 'invisible'} />
                  {choice.label}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
