import { quoteLiteral } from '../../../kernel/index.ts';

/**
 * What makes a table fit to be a partition of a parent: reached through it only. `options` are those of the plain table it came from,
 * which a partitioned one cannot have.
 *
 * @param part qualified and quoted, as `parent`
 */
export function partStatements(part: string, parent: string, options: readonly string[]): string[] {
  return [
    `select partition.dress(${quoteLiteral(part)}, ${quoteLiteral(parent)})`,
    ...(options.length > 0 ? [`alter table ${part} set (${options.join(', ')})`] : []),
  ];
}
