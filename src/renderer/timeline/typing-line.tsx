/** Three dots and who is writing. Stands still: nothing on this desk blinks. */

/** `label` names the writer. */
export function TypingLine({ label }: { label: string }) {
  return (
    <div className="flex items-center gap-1.5 pt-1 pb-1 pl-10 text-12 text-ink3">
      <span className="flex gap-1" aria-hidden>
        <span className="size-1.5 rounded-full bg-ink3/40" />
        <span className="size-1.5 rounded-full bg-ink3/70" />
        <span className="size-1.5 rounded-full bg-ink3" />
      </span>
      {label}
    </div>
  );
}
