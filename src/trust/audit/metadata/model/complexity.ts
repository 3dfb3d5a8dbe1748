/** What the parse tree of one statement says about how much it asks of the server. */
export interface StatementShape {
  readonly joins: number;
  readonly subqueries: number;
  readonly aggregates: number;
  readonly windows: number;
  readonly setOperations: number;
  readonly isRecursive: boolean;
  /** Which kind of work it does on all rows of a table, for want of a condition or a limit. */
  readonly unbounded?: 'read' | 'write';
}

/** Points of one occurrence, and the most that all of them can give together. */
const weights = {
  joins: { each: 7, most: 28 },
  subqueries: { each: 7, most: 21 },
  aggregates: { each: 4, most: 12 },
  windows: { each: 6, most: 12 },
  setOperations: { each: 4, most: 8 },
} as const;
const recursionPoints = 10;
const unboundedPoints = { read: 10, write: 15 } as const;
// A point select costs about 8; each factor of ten above this is a step.
const freeCost = 100;
const cost = { each: 6, most: 24 } as const;

/**
 * 0 (one row of one table by its key) to 100. Each feature gives points per occurrence up to a bound of its own, so that no single one
 * makes a statement complex: joins 7 (28), sub-queries 7 (21), aggregates 4 (12), windows 6 (12), set operations 4 (8), recursion 10, no
 * condition 10 for reading and 15 for writing, and 6 per factor of ten of the planner's estimated cost above 100 (24).
 */
export function complexityOf(shape: StatementShape, estimatedCost?: number): number {
  const counted = Object.entries(weights).map(([feature, { each, most }]) => Math.min(most, each * shape[feature as keyof typeof weights]));
  const steps = estimatedCost === undefined ? 0 : Math.max(0, Math.log10(estimatedCost / freeCost));
  const points =
    counted.reduce((sum, each) => sum + each, 0) +
    (shape.isRecursive ? recursionPoints : 0) +
    (shape.unbounded ? unboundedPoints[shape.unbounded] : 0) +
    Math.min(cost.most, cost.each * steps);
  return Math.min(100, Math.round(points));
}
