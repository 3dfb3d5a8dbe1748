import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('[I24] a line of CSV keeps what it is given, and no formula runs', () => {
  expect(csvLine(['a', 1, true, null, undefined, new Date(0)])).toBe('a,1,true,,,1970-01-01T00:00:00.000Z\r\n');
  expect(csvLine(['a "b"', 'c,d', 'e\nf'])).toBe('"a ""b""","c,d","e\nf"\r\n');
  expect(csvLine([['x', 'y'], { z: 1 }])).toBe('"[""x"",""y""]","{""z"":1}"\r\n');
  expect(csvLine(['=1+1', '-x', '@a', -1])).toBe("'=1+1,'-x,'@a,-1\r\n");
});
