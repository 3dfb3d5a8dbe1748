/** What was, bar by bar, oldest first, each in proportion to the largest. Decoration: the sum stands beside it in words. */
export function Sparkline({ values, tip }: { values: readonly number[]; tip?: (index: number) => string }) {
  const most = Math.max(...values, 0);
  return (
    <svg className="sparkline" viewBox={`0 0 ${values.length * 4} 20`} preserveAspectRatio="none" aria-hidden="true">
      {values.map((value, i) => {
        // What was little is still seen to have been.
        const height = value === 0 || most === 0 ? 0.5 : Math.max(1.5, (value / most) * 20);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          <rect key={i} x={i * 4} y={20 - height} width={3} height={height}>
            {tip && <title>{tip(i)}</title>}
          </rect>
        );
      })}
    </svg>
  );
}
