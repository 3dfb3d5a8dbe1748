import { type CommandDescriptor, type CommandInput, type CommandResult, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../tenancy/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { Crypto } from '../model/types.ts';

const cryptoOf = (input: CommandInput) => input.use<Crypto>('crypto');
// Something is left that has to be looked at.
const findingsExitCode = 1;
const tenantFlag = (description: string) => Type.Optional(Type.String({ description }));
const day = (date: Date | null) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? '';

/** The tenant of `--tenant`, by slug or id; undefined without the flag. */
async function tenantOf(input: CommandInput) {
  const { tenant } = input.flags as { tenant?: string };
  return tenant === undefined ? undefined : input.use<Tenancy>('tenancy').find(tenant);
}

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'crypto keys',
    summary: 'List the versions of the data keys, and the columns they encrypt.',
    needs: 'migrated',
    description: 'Shows what is known of keys, never a key.',
    flags: Type.Object({ tenant: tenantFlag('Only the keys of this tenant, by slug or id.') }),
    async run(input) {
      const tenant = await tenantOf(input);
      const [keys, columns, tenants] = await Promise.all([
        cryptoOf(input).keys(tenant?.id),
        cryptoOf(input).columns(),
        input.use<Tenancy>('tenancy').list(),
      ]);
      const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]));
      const text = columns.map(({ tier, table, column, purpose, keyTypes }) =>
        keyTypes.length > 0
          ? `${tier} ${table}.${column} is sealed with key ${purpose}`
          : `${tier} ${table}.${column} is declared, but not in the catalog: rename it in crypto.encrypted_columns too, or delete it there`,
      );
      return {
        data: { keys, columns },
        text: text.length > 0 ? `\n${text.join('\n')}` : '\nNo column is declared as encrypted.',
        table: {
          columns: ['tenant', 'key', 'version', 'state', 'master key', 'created', 'rotated', 'emptied', 'destroyed'],
          rows: keys.map((one) => [
            slugs.get(one.tenantId) ?? one.tenantId,
            one.purpose,
            one.version,
            one.state,
            one.masterKey ?? '',
            ...[one.created, one.rotated, one.emptied, one.destroyed].map(day),
          ]),
        },
      };
    },
  },
  {
    name: 'crypto rotate',
    summary: 'Give data keys a new version and seal everything anew, or change the master key.',
    needs: 'migrated',
    description:
      'Rows stay readable all the while. Interrupted, it is finished by running it again. Ends with counting the rows that are left on older versions; exits with 1 when there are any. With --kek the data stays as it is and only the data keys are wrapped anew.',
    flags: Type.Object({
      tenant: tenantFlag('Only the keys of this tenant, by slug or id.'),
      kek: Type.Boolean({ default: false, description: 'Change the master key, the key-encryption key, instead.' }),
    }),
    async run(input) {
      const crypto = cryptoOf(input);
      const watch = { signal: input.signal, onProgress: (line: string) => input.progress(line) };
      if (input.flags.kek === true) return masterKeyResult(await crypto.rotateMasterKey(watch));
      const tenant = await tenantOf(input);
      return rotationResult(await crypto.rotate({ ...watch, ...(tenant && { tenantId: tenant.id }) }));
    },
  },
  {
    name: 'crypto shred',
    summary: 'Destroy all data keys of a tenant, and with them what they encrypted.',
    needs: 'migrated',
    description: 'For ever. Recorded in the audit trail before it happens; proven by asking for the keys again.',
    flags: Type.Object({
      tenant: Type.String({ description: 'The tenant, by slug or id.' }),
      confirm: Type.Optional(Type.String({ description: 'The slug of the tenant once more.' })),
    }),
    async run(input) {
      const crypto = cryptoOf(input);
      const { slug, id } = await input.use<Tenancy>('tenancy').find(input.flags.tenant as string);
      const live = (await crypto.keys(id)).filter(({ state }) => state !== 'destroyed');
      if (input.flags.confirm !== slug) throw cryptoErrors.NOT_CONFIRMED({ tenant: slug, keys: live.length });
      const shredding = await crypto.shred(id);
      const text = [
        `Destroyed ${shredding.destroyed.length} keys of ${slug}.`,
        ...shredding.proof.map((line) => `  proven: ${line}`),
        ...shredding.remains.map((line) => `  remains: ${line}`),
      ].join('\n');
      return { data: shredding, text };
    },
  },
  {
    name: 'crypto at-rest',
    summary: 'Show what protects stored data, and how that is known.',
    needs: 'migrated',
    description: '`unknown` could not be seen from here, and is no yes.',
    async run(input) {
      const [findings, database] = await Promise.all([cryptoOf(input).atRest(), cryptoOf(input).database()]);
      return {
        data: { findings, database },
        table: { columns: ['what', 'tier', 'state', 'evidence'], rows: findings.map((f) => [f.what, f.tier ?? '', f.state, f.evidence]) },
        text: database
          .map(({ tier, isHere, because }) => `\nEncryption inside ${tier}: ${isHere ? 'works' : `not here, because ${because}`}`)
          .join(''),
      };
    },
  },
];

function rotationResult(rotations: Awaited<ReturnType<Crypto['rotate']>>): CommandResult {
  const statements = rotations.flatMap(({ proof, unreadable, purpose }) => [
    ...proof.map(({ tier, statement, rowsLeft }) => `${tier}: ${statement}; -- ${rowsLeft}`),
    ...(unreadable.length > 0 ? [`Rows whose value of key ${purpose} does not open: ${unreadable.join(' · ')}`] : []),
  ]);
  return {
    data: { rotations },
    table: {
      columns: ['tenant', 'key', 'version', 'sealed anew', 'rows left', 'state'],
      rows: rotations.map(({ tenantId, purpose, version, rowsSealedAnew, proof, isProven, isResumed }) => [
        tenantId,
        purpose,
        version,
        rowsSealedAnew,
        proof.reduce((sum, { rowsLeft }) => sum + rowsLeft, 0),
        proof.length === 0 ? 'no declared column' : `${isProven ? 'proven' : 'not done'}${isResumed ? ', resumed' : ''}`,
      ]),
    },
    text: statements.length > 0 ? `\n${statements.join('\n')}` : '',
    exitCode: rotations.some(({ proof, isProven }) => proof.length > 0 && !isProven) ? findingsExitCode : 0,
  };
}

function masterKeyResult(rotation: Awaited<ReturnType<Crypto['rotateMasterKey']>>): CommandResult {
  const { masterKey, keysWrappedAnew, keysLeft, spent } = rotation;
  const text = [
    `${keysWrappedAnew} data keys are wrapped by master key ${masterKey}; ${keysLeft} by another.`,
    ...spent.map((id) => `Master key ${id} opens nothing here any more, only backups from before: throw it away when those may be lost.`),
  ].join('\n');
  return { data: rotation, text, exitCode: keysLeft > 0 ? findingsExitCode : 0 };
}
