import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { asAudited, type Executor, quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import { type AccessContext, declaredIn, placesOf } from '../context.ts';
import { accessErrors } from '../errors.ts';
import type { RoleDeclaration } from '../model/declaration.ts';
import { scramVerifier } from '../model/scram.ts';
import { connectTo, serverName } from '../servers.ts';
import { commonPasswords } from './common-passwords.ts';
import { historyHash, isSamePassword } from './model/history.ts';
import { objections, policy } from './model/policy.ts';
import { fingerprintOf, recordPassword } from './record.ts';
import { forgetHashes, hasRole, insertHash, listCredentials, listHashes } from './sql/queries/queries.gen.ts';
import type { Passwords } from './types.ts';

const dayMs = 86_400_000;
// The platform logs in as these itself: a new password would have to reach every one of its processes first.
const isOwnLogin = ({ name, isOccasional }: RoleDeclaration) => isOccasional || name === 'plinth_app' || name === 'plinth_migrator';

/** Opens the part that gives passwords. Its tables are in the oltp tier, where the schema of access is. */
export function openPasswords(context: AccessContext): Passwords {
  return {
    async set({ role: name, password: given, purpose }) {
      const role = loginOf(context, name);
      const kind = role.kind === 'person' || name === 'plinth_admin' ? 'person' : 'service';
      const password = given ?? randomBytes(policy.leastServiceBytes).toString('base64url');
      const reasons = given === undefined ? [] : objections({ role: name, kind, password }, commonPasswords);
      const expires = new Date(context.clock.now().getTime() + (role.passwordDays ?? 0) * dayMs);
      await using home = await connectTo(context.endpoint('oltp'));
      const executor = home as unknown as Executor;
      const kept = await listHashes.all(executor, { role_name: name, kept: policy.kept });
      if (kept.some((row) => isSamePassword(password, row.hash))) reasons.push(`it is one of the last ${policy.kept}`);
      if (reasons.length > 0) throw accessErrors.PASSWORD_WEAK({ role: name, reasons });
      const verifier = scramVerifier(password, randomBytes(16));
      const fingerprint = fingerprintOf(verifier);
      const record = async () => {
        await insertHash.run(executor, { role_name: name, hash: historyHash(password) });
        await forgetHashes.run(executor, { role_name: name, kept: policy.kept });
        await recordPassword(executor, { role: name, purpose: purpose ?? role.purpose, verifier, expires });
      };
      const action = {
        action: 'access.password',
        target: { type: 'role', id: name },
        details: { fingerprint, expires: expires.toISOString() },
      };
      await asAudited(context.events, action, () => giveEverywhere(context, { role: name, verifier, expires, home, record }));
      return { role: name, password, fingerprint, expires };
    },
    async credentials() {
      await using client = await connectTo(context.endpoint('oltp'));
      return (await listCredentials.all(client as unknown as Executor, {})).map(({ role_name, retired, ...rest }) => ({
        role: role_name,
        ...rest,
        ...(retired && { retired }),
      }));
    },
  };
}

function loginOf(context: AccessContext, name: string): RoleDeclaration {
  const logins = declaredIn(context).roles.filter((role) => role.passwordDays !== undefined && !isOwnLogin(role));
  const role = logins.find((candidate) => candidate.name === name);
  if (!role) throw accessErrors.PASSWORD_NOT_HERE({ role: name, known: logins.map((login) => login.name) });
  return role;
}

interface Giving {
  readonly role: string;
  readonly verifier: string;
  readonly expires: Date;
  /** The session in the oltp tier, whose server also keeps the record. */
  readonly home: pg.Client;
  readonly record: () => Promise<void>;
}

/** The same verifier on every server of the platform. With the record last, a killed one leaves a login to be given a password again. */
async function giveEverywhere(context: AccessContext, { role, verifier, expires, home, record }: Giving): Promise<void> {
  const statement = `alter role ${quoteIdentifier(role)} password ${quoteLiteral(verifier)} valid until ${quoteLiteral(expires.toISOString())}`;
  const own = context.endpoint('oltp');
  const others = placesOf(context)
    .map(([place]) => place?.endpoint ?? own)
    .filter((endpoint) => serverName(endpoint) !== serverName(own));
  for (const endpoint of others) {
    await using client = await connectTo(endpoint);
    await refuseMissing(client, role, serverName(endpoint));
    await client.query(statement);
  }
  await refuseMissing(home, role, serverName(own));
  await home.query('begin');
  try {
    await home.query(statement);
    await record();
    await home.query('commit');
  } catch (error) {
    await home.query('rollback').catch(() => {});
    throw error;
  }
}

async function refuseMissing(client: pg.Client, role: string, server: string): Promise<void> {
  const { exists } = await hasRole.one(client as unknown as Executor, { role_name: role });
  if (!exists) throw accessErrors.ROLE_MISSING({ role, server });
}
