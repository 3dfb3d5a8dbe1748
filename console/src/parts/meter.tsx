/** How much of a limit, or of a whole, something is, as a bar. Decoration only: the numbers stand beside it in words. */
export function Meter({ value, max, isLimit = true }: { value: number; max: number; isLimit?: boolean }) {
  const share = max > 0 ? Math.min(value / max, 1) : 0;
  return (
    <span className="meter" aria-hidden="true" data-crowded={isLimit && share > 0.75}>
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}
