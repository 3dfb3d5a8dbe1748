import { defineErrors } from '../../kernel/index.ts';

// No message and no detail holds a key, a part of one, or what was to be encrypted.
export const cryptoErrors = defineErrors('CRYPTO', {
  SOURCES_DIFFER: {
    exitCode: 2,
    message: (d: { given: readonly string[] }) => `The master key is given by ${d.given.join(' and ')}. Keep one of them.`,
  },
  KEY_FILE_MISSING: {
    message: (d: { file: string; count: number }) =>
      `${d.count} data keys are wrapped by a master key, but ${d.file} is not there. Restore it from its backup, copy it from the machine that made it, or give the key as PLINTH_CRYPTO_KEY. A new key would not open them.`,
  },
  KEY_FILE_NOT_FOUND: {
    message: (d: { file: string }) =>
      `There is no key file ${d.file} (option crypto.keyFile). Put it there, or remove the option: then Plinth makes one of its own.`,
  },
  KEY_FILE_EXPOSED: {
    message: (d: { file: string; mode: string }) => `${d.file} can be read by others (mode ${d.mode}). Run: chmod 600 ${d.file}`,
  },
  KEY_MALFORMED: {
    exitCode: 2,
    message: (d: { origin: string; position: number; bytes: number }) =>
      `Key ${d.position} of ${d.origin} has ${d.bytes} bytes; it has to be 32, as base64 or hexadecimal. Make one with: openssl rand -base64 32`,
  },
  KEY_ABSENT: {
    exitCode: 2,
    message: (d: { origin: string }) => `${d.origin} holds no key. Make one with: openssl rand -base64 32`,
  },
  KEY_COMMAND_FAILED: {
    message: (d: { reason: string }) =>
      `The command of crypto.keyCommand gave no key (${d.reason}). Run it by hand to see why; it has to print the key within 10 s.`,
  },
  MASTER_KEY_UNKNOWN: {
    message: (d: { id: string; origin: string; known: readonly string[] }) =>
      `Data keys are wrapped by master key ${d.id}, but ${d.origin} holds ${d.known.join(', ') || 'none'}. Give the key that is missing, behind the one that is to wrap.`,
  },
  MASTER_KEY_REFUSED: {
    message: (d: { tenantId: string; purpose: string; version: number }) =>
      `Key ${d.purpose} ${d.version} of tenant ${d.tenantId} does not unwrap: its row was changed, or comes from another tenant. Restore crypto.keys from a backup.`,
  },
  NO_OWN_MASTER_KEYS: {
    exitCode: 2,
    message: (d: { origin: string }) =>
      `Every data key is wrapped by the first key of ${d.origin}, which only its keeper can change. Put a new key before it there, keep the old one behind it, and run this again.`,
  },
  KEYS_DESTROYED: {
    httpStatus: 410,
    message: (d: { tenantId: string; destroyed: string }) =>
      `The keys of tenant ${d.tenantId} were destroyed on ${d.destroyed}. What they encrypted is gone, and nothing is encrypted for it any more.`,
  },
  KEY_UNKNOWN: {
    httpStatus: 422,
    message: (d: { tenantId: string; purpose: string; version: number; column: string }) =>
      `${d.column} was encrypted with version ${d.version} of key ${d.purpose}, which tenant ${d.tenantId} does not have. It comes from another tenant or another database.`,
  },
  KEY_NOT_LOADED: {
    httpStatus: 503,
    retryable: true,
    message: (d: { tenantId: string; purpose: string }) =>
      `The keys ${d.purpose} of tenant ${d.tenantId} are not in memory any more. Open the table's cipher again for each piece of work.`,
  },
  DOES_NOT_OPEN: {
    httpStatus: 422,
    message: (d: { column: string; reason: string }) => `A value of ${d.column} does not open: ${d.reason}. Restore it from a backup.`,
  },
  TABLE_UNKNOWN: {
    httpStatus: 422,
    exitCode: 4,
    message: (d: { table: string; tier: string }) =>
      `No column of ${d.table} in ${d.tier} is declared as encrypted. Declare it in a migration: select crypto.declare_column('${d.table}', '<column>')`,
  },
  COLUMN_UNKNOWN: {
    httpStatus: 422,
    message: (d: { table: string; column: string; declared: readonly string[] }) =>
      `${d.table}.${d.column} is not declared as encrypted; declared are ${d.declared.join(', ')}.`,
  },
  NO_KEY_VALUE: {
    httpStatus: 422,
    message: (d: { column: string; key: string }) =>
      `${d.column} is bound to ${d.key} of its row, which is not given. Give ${d.key} with each value that is encrypted or decrypted.`,
  },
  NOT_TEXT: {
    httpStatus: 422,
    message: (d: { column: string; type: string }) => `${d.column} takes text to encrypt, not ${d.type}. Convert it first.`,
  },
  NOT_INDEXED: {
    httpStatus: 422,
    message: (d: { column: string; operator: string }) =>
      `${d.column} is encrypted and cannot be compared by ${d.operator}. Equality needs a blind index: give "index" to crypto.declare_column.`,
  },
  NOT_REWRITTEN: {
    httpStatus: 422,
    message: (d: { column: string; where: string }) =>
      `${d.column} is encrypted and cannot be written by ${d.where}. Give its value, and the row's key, in the same statement.`,
  },
  UNKNOWN_PURPOSE: {
    exitCode: 2,
    message: (d: { purpose: string }) =>
      `${JSON.stringify(d.purpose)} cannot name the purpose of a key: use 1–63 lower case letters, digits, hyphens and underscores, a letter first.`,
  },
  ROTATION_RUNS: {
    httpStatus: 409,
    retryable: true,
    message: () => 'Another process rotates keys. Try again when it has ended.',
  },
  SEALING_RUNS: {
    httpStatus: 409,
    retryable: true,
    message: () => 'Another process seals a column of this database. Try again when it has ended.',
  },
  ROTATED_TOO_OFTEN: {
    message: (d: { tenantId: string; purpose: string }) =>
      `Key ${d.purpose} of tenant ${d.tenantId} had 65,535 versions, all there are. Move the column to another purpose.`,
  },
  NOT_CONFIRMED: {
    exitCode: 2,
    message: (d: { tenant: string; keys: number }) =>
      `This destroys ${d.keys} keys of tenant ${d.tenant} for ever, and with them everything that was encrypted for it. To do it: plinth crypto shred --tenant ${d.tenant} --confirm ${d.tenant}`,
  },
  NO_AUDIT: {
    httpStatus: 503,
    message: (d: { action: string }) =>
      `${d.action} is not here, because there is no audit trail to record it. Open a platform with audit.`,
  },
  TOKEN_UNKNOWN: {
    httpStatus: 404,
    message: () => 'There is no such token of this tenant. It was deleted, or made for another tenant.',
  },
  NO_TOKEN_SHAPE: {
    httpStatus: 422,
    message: (d: { kind: string; wanted: string }) => `The value is no ${d.kind}: ${d.wanted}. Use the kind "text" for anything else.`,
  },
  KEY_WOULD_BE_LOGGED: {
    message: (d: { settings: readonly string[] }) =>
      `The server writes parameters of statements into its log (${d.settings.join(', ')}), so a key for encryption in the database would stand there. Let an administrator set log_parameter_max_length = 0, or encrypt in the application.`,
  },
  NO_PGCRYPTO: {
    message: (d: { tier: string; because: string }) => `Encryption in the database is not here (${d.tier}), because ${d.because}.`,
  },
});
