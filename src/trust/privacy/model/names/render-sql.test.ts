import { expect, test } from 'vitest';
import { renderNameRules } from './render-sql.ts';

test('[I3] the rules by name in SQL are made from those in TypeScript', async () => {
  await expect(renderNameRules()).toMatchFileSnapshot('../../sql/objects/categories.sql');
});
