import { expect, test } from 'vitest';
import { readAcl } from './acl.ts';

test('[I29] privileges that say no more than the default are no privileges', () => {
  expect(readAcl(null, 'relation', 'o', 180004)).toBeUndefined();
  expect(readAcl(['o=arwdDxtm/o'], 'relation', 'o', 180004)).toBeUndefined();
  expect(readAcl(['o=arwdDxt/o'], 'relation', 'o', 160000)).toBeUndefined();
  expect(readAcl(['=X/o', 'o=X/o'], 'function', 'o', 180004)).toBeUndefined();
  expect(readAcl(['o=X/o'], 'function', 'o', 180004)).toEqual({ o: ['ALL'] });
  expect(readAcl([], 'relation', 'o', 180004)).toEqual({});
});

test('[I29] grantees, grant options and foreign grantors are read from quoted and unquoted items', () => {
  expect(readAcl(['o=arwdDxtm/o', '"a=b ""x"=r*w/o', '=r/"a=b ""x"'], 'relation', 'o', 180004)).toEqual({
    o: ['ALL'],
    'a=b "x': ['SELECT with grant option', 'UPDATE'],
    'public by a=b "x': ['SELECT'],
  });
});
