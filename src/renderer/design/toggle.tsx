/** A switch with its words: on or off, at once. */
import type { ReactNode } from 'react';
import { Switch } from 'react-aria-components';

/** `more` stands under the words and says what changes. */
export function Toggle({
  isOn,
  onChange,
  more,
  children,
}: {
  isOn: boolean;
  onChange: (on: boolean) => void;
  more?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Switch isSelected={isOn} onChange={onChange} className="flex min-h-6 items-center gap-2.5 text-13">
      {({ isSelected, isFocusVisible }) => (
        <>
          <span
            className={`edge-forced flex h-5 w-9 shrink-0 items-center rounded-full border p-0.5 ${isSelected ? 'border-accent-solid bg-accent-solid' : 'border-strong bg-surface'} ${isFocusVisible ? 'outline-2 outline-offset-2 outline-focus' : ''}`}
          >
            <span
              className={`edge-forced size-3.5 rounded-full ${isSelected ? 'translate-x-4 bg-on-accent' : 'bg-strong'}`}
            />
          </span>
          <span>
            {children}
            {more !== undefined && <span className="block text-12 text-ink3">{more}</span>}
          </span>
        </>
      )}
    </Switch>
  );
}
