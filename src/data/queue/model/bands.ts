/** The five bands, most urgent first; a band is its position in the database. */
export const bands = ['critical', 'high', 'normal', 'low', 'background'] as const;
export type Band = (typeof bands)[number];

/** Base priority of each band. A job gains one for every ten minutes that it waits, and competes in the highest band whose base it has reached. */
export const bandBases: readonly number[] = [18, 13, 9, 5, 0];

/** Shares of processing time of the effective bands, where a queue says nothing else. */
export const defaultWeights: readonly number[] = [40, 25, 20, 10, 5];

/** Position of a band, as it stands in the database. */
export const bandNumber = (band: Band): number => bands.indexOf(band);
