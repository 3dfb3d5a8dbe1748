import type { TestRunner } from '../../test/harness.ts';
import { type Looked, lookInto } from '../look.ts';
import { chooseBaseline } from '../model/choose.ts';
import { record } from '../record.ts';

type Runner = Pick<TestRunner, 'context'>;

/** All that the products bring to oltp, in a database that is known to have it: for tests of the record alone, without a shadow. */
export async function lookAt({ context }: Runner): Promise<Looked> {
  const products = new Set(context.sources.filter(({ layout }) => layout === 'product').map(({ name }) => name));
  return lookInto(context, context.readFiles(), ['oltp'], {
    choose: (files, place) => chooseBaseline(files, place, { kind: 'products' }, products),
  });
}

/** Records it as what the files make. */
export function recordAsFound({ context }: Runner, looked: Looked, onProgress: (line: string) => void = () => {}): Promise<void> {
  const request = { runId: crypto.randomUUID(), warnings: [], onProgress };
  return record(context, context.readFiles(), { ...looked, objects: [] }, looked.actual, request);
}
