/** The sign of Kanade: three staves of different length and a note. */

/** `size` in px at the normal text size. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <span
      aria-hidden
      className="keep-colours grid shrink-0 place-items-center rounded-md bg-accent-solid"
      style={{ width: `${size / 16}rem`, height: `${size / 16}rem` }}
    >
      <svg className="lucide" width={size * 0.57} height={size * 0.57} viewBox="0 0 16 16" fill="none">
        <path
          d="M2.5 4.5h11M2.5 8h7M2.5 11.5h4"
          stroke="var(--color-on-accent)"
          strokeWidth="1.9"
          strokeLinecap="round"
        />
        <circle cx="12.6" cy="11" r="1.9" fill="var(--color-on-accent)" />
      </svg>
    </span>
  );
}
