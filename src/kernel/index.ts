export { type Clock, systemClock } from './clock.ts';
export { defineErrors, type ErrorSpec, hasCode, messageOf, PlinthError } from './errors.ts';
export { asAudited, createEventBus, type EventBus, type KernelEvents } from './events.ts';
export { drawGraph, type GraphBox, type GraphLayout, type GraphLine, layOutGraph } from './graph.ts';
export { isUuid, nilUuid, uuidv7, uuidv7Ms } from './ids.ts';
export { loop, rounds, type Service, service } from './lifecycle.ts';
export { type Log, silentLog } from './log.ts';
export {
  type AcceptedFinding,
  type CatchUp,
  type CommandDescriptor,
  type CommandInput,
  type CommandNeeds,
  type CommandResult,
  type DeclaredPartitions,
  type DeclaredSchedule,
  type Filled,
  type Layer,
  layers,
  type Manifest,
  type MigrationSource,
  type OpenContext,
  type RouteDescriptor,
  type RouteRequest,
  type RouteStream,
  type TextTable,
} from './manifest.ts';
export {
  defineOptions,
  describeAllowed,
  environmentName,
  flagName,
  type OptionsDefinition,
  type OptionsOf,
  type Origin,
  optionErrors,
  optionsFor,
  type RawOptions,
  type ResolvedOption,
  resolveOptions,
  Type,
  valuesOf,
  withDefaults,
} from './options.ts';
export { createRateLimiter, type RateLimiter } from './rate-limit.ts';
export { type Ring, ringAfter, ringBefore, rings, type Side, sideOf } from './rings.ts';
export { quoteIdentifier, quoteLiteral, quoteQualified } from './sql/identifiers.ts';
export { type DefinedQuery, definedQueries, defineQuery, type Executor, type NamedQuery } from './sql/query.ts';
export { fromSqlError, sqlstateOf } from './sqlstate.ts';
export { isTier, type Tier, tiers } from './tiers.ts';
export { together } from './together.ts';
