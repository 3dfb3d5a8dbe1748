export { placementErrors } from './errors.ts';
export { keepUp, placedUpkeepIntervalMs } from './keep-up.ts';
export { putMembers } from './members.ts';
export { shared } from './model/place-name.ts';
export { Placements, placementWatchIntervalMs } from './placements.ts';
export { findPlace, openWriter, type PlacesDeps, preparePlace } from './places.ts';
export * from './sql/queries/queries.gen.ts';
export type * from './types.ts';
