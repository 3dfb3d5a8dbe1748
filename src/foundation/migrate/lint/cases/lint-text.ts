import { readHeader } from '../../model/header.ts';
import { readStatements } from '../../parse/index.ts';
import { lintFile } from '../lint-file.ts';
import type { Production } from '../production.ts';
import { emptySchema, foldStatement } from '../schema/index.ts';
import type { Finding } from '../types.ts';
import { given } from './case.ts';

/** Findings about one migration on a database in which `before` was run. */
export async function lintText(
  text: string,
  options: {
    readonly before?: string;
    readonly server?: number;
    readonly isTransactional?: boolean;
    readonly production?: Production;
    readonly phase?: string;
    readonly role?: 'up' | 'down' | 'objects';
    readonly hasPre?: boolean;
  } = {},
): Promise<Finding[]> {
  const { before = given, server = 18, production, role = 'up', hasPre = false, phase } = options;
  const schema = emptySchema();
  for (const statement of await readStatements('before.sql', before)) foldStatement(schema, statement, 'shop/before');
  const isTransactional = options.isTransactional ?? readHeader(text, 'up.sql').isTransactional;
  const file = {
    migration: 'shop/change',
    path: 'up.sql',
    text,
    role,
    tiers: ['oltp'],
    isTransactional,
    hasPre,
    ...(phase && { phase }),
  } as const;
  return lintFile(file, await readStatements(file.path, text), schema, {
    server,
    tierOf: () => undefined,
    ...(production && { production }),
  });
}
