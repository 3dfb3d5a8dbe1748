import { expect, test } from 'vitest';
import { refuseSecrets } from './uncommon.ts';

const said = (identity: string, sql: string) => () => refuseSecrets([{ identity, sql, isDestructive: false, isAlone: false }]);

test('[I31] a plan that would write the digits of a secret is refused by name', () => {
  const mapping = 'user mapping for app server far';
  expect(said(mapping, `create ${mapping} options ("user" 'x', password '#12ab')`)).toThrow(
    expect.objectContaining({ code: 'PLINTH_MIGRATE_CANNOT_EXPRESS', details: expect.objectContaining({ object: mapping }) }),
  );
  expect(said(mapping, `create ${mapping} options ("user" 'x')`)).not.toThrow();
  expect(said('table shop.items', `comment on table shop.items is ' options ('#12ab''`)).not.toThrow();
});
