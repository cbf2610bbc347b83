/** How much of something is there, as a line that fills. */

/** @param part 0–1 */
export function ProgressLine({ label, part }: { label: string; part: number }) {
  const percent = Math.floor(part * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="edge-forced h-1.5 min-w-24 overflow-hidden rounded-full bg-chip"
    >
      <div className="keep-colours h-full rounded-full bg-accent-solid" style={{ width: `${percent}%` }} />
    </div>
  );
}
