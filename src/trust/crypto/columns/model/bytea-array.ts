const headerBytes = 20;
const byteaOid = 17;

/**
 * A `bytea[]` in PostgreSQL's binary form, which the driver binds as it is: without it each value is written as hexadecimal text,
 * escaped and parsed again. The parameter has to be cast: `unnest($1::bytea[])`.
 */
export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  let sizeBytes = headerBytes;
  let hasNull = 0;
  for (const value of values) {
    sizeBytes += 4 + (value?.length ?? 0);
    if (value === null) hasNull = 1;
  }
  const array = Buffer.allocUnsafe(sizeBytes);
  // Dimensions, whether there are nulls, type of the elements; length and lower bound of the one dimension.
  array.writeInt32BE(1, 0);
  array.writeInt32BE(hasNull, 4);
  array.writeUInt32BE(byteaOid, 8);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16);
  let at = headerBytes;
  for (const value of values) {
    at = array.writeInt32BE(value === null ? -1 : value.length, at);
    if (value) at += value.copy(array, at);
  }
  return array;
}
