/** Two to four choices side by side, one of them taken: a radio group that looks like one control. */
import { Label, Radio, RadioGroup } from 'react-aria-components';

type Props<Id extends string> = {
  label: string;
  hideLabel?: boolean;
  chosen: Id;
  onChoose: (id: Id) => void;
  choices: readonly { id: Id; label: string }[];
};

/** See the file's head. */
export function Segments<Id extends string>({ label, hideLabel = false, chosen, onChoose, choices }: Props<Id>) {
  return (
    <RadioGroup
      value={chosen}
      onChange={(id) => onChoose(id as Id)}
      orientation="horizontal"
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      {!hideLabel && <Label className="mb-1 block text-12 font-medium text-ink2">{label}</Label>}
      <div className="inline-flex rounded-md border border-strong bg-surface p-0.5">
        {choices.map((choice) => (
          <Radio
            key={choice.id}
            value={choice.id}
            className="edge-forced flex h-7 min-w-12 items-center justify-center rounded-sm px-2.5 text-13 text-ink2 data-[focus-visible]:outline-2 data-[focus-visible]:outline-focus data-[hovered]:bg-hover data-[selected]:bg-accent-tint data-[selected]:font-bold data-[selected]:text-accent-ink"
          >
            {choice.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
