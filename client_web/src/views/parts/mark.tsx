/** The product's mark: what is said, with the dot of the record in it. */

export function Mark({ size = 40 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <path
        fill="var(--accent)"
        d="M14 5h20a10 10 0 0 1 10 10v13a10 10 0 0 1-10 10H22.5L12.7 44.4A1.6 1.6 0 0 1 10 43.1V37.2A10 10 0 0 1 4 28V15A10 10 0 0 1 14 5Z"
      />
      <circle cx="24" cy="21.5" r="9.5" fill="none" stroke="var(--on-accent)" strokeWidth="2.5" />
      <circle cx="24" cy="21.5" r="4.5" fill="var(--on-accent)" />
    </svg>
  );
}
