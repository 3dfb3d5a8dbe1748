import fc from 'fast-check';

/** One choice for each thing that can vary; 0 is mostly "not there". */
const sizes = {
  mood: 4,
  pair: 4,
  email: 6,
  span: 3,
  counter: 5,
  twice: 7,
  touch: 3,
  total: 4,
  price: 7,
  name: 5,
  note: 4,
  state: 3,
  mail: 3,
  made: 5,
  doubled: 5,
  number: 5,
  place: 3,
  key: 4,
  check: 5,
  unique: 5,
  exclusion: 2,
  owner: 4,
  priceIndex: 5,
  nameIndex: 4,
  sums: 3,
  first: 6,
  second: 4,
  stored: 4,
  trigger: 5,
  policy: 6,
  secured: 4,
  rule: 3,
  options: 4,
  grants: 6,
  functionGrants: 3,
  comments: 3,
  events: 5,
  eventKey: 3,
  eventIndex: 4,
  eventParts: 5,
  eventCheck: 3,
  publication: 5,
  defaults: 3,
  extra: 4,
  owned: 3,
  replica: 3,
  collation: 4,
  aggregate: 6,
  operator: 6,
  cast: 4,
  search: 5,
  server: 7,
} as const;
type Feature = keyof typeof sizes;
export type Choices = Readonly<Record<Feature, number>>;

export const choices: fc.Arbitrary<Choices> = fc.record(
  Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, fc.nat({ max: size - 1 })])) as Record<
    Feature,
    fc.Arbitrary<number>
  >,
);

/** Nothing of what can vary is there, but for what is said. */
export const only = (some: Partial<Choices>): Choices => ({
  ...(Object.fromEntries(Object.keys(sizes).map((name) => [name, 0])) as Choices),
  ...some,
});

export const pick = <T>(index: number, list: readonly T[]): T => list[index % list.length] as T;
