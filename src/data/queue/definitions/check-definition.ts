import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bands } from '../model/bands.ts';
import { findings } from '../model/findings.ts';
import type { JobDefinition, QueueDeclaration, Uniqueness } from '../model/types.ts';

const names = /^[a-zA-Z][a-zA-Z0-9]*([-:_.][a-zA-Z0-9]+)*$/;
const queueNames = /^[a-z][a-z0-9]*([-:_.][a-z0-9]+)*$/;
const tableNames = /^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$/;
const conflicts = ['skip', 'replace', 'reschedule', 'reject'];

const isCount = (value: unknown, most: number): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** What is wrong with a definition and what would be right; undefined where it is sound. */
export function problemOf<P>(definition: JobDefinition<P>): string | undefined {
  const { name, queue, schema, band, maxAttempts, maxRunMs, version, upgrade, unique, pauseOn, subjects, encrypted, details } = definition;
  if (typeof name !== 'string' || !names.test(name) || name.length > 63)
    return `its name ${JSON.stringify(name)} is not made of letters and digits with -, :, _ or . between them, beginning with a letter, at most 63 characters`;
  if (typeof queue !== 'string' || !queueNames.test(queue)) return `its queue ${JSON.stringify(queue)} is no name of a queue`;
  if (schema !== undefined && typeof (schema['~standard'] as unknown as { validate?: unknown } | undefined)?.validate !== 'function')
    return 'its schema does not speak Standard Schema; take one of zod, valibot, arktype, or an object with "~standard"';
  if (band !== undefined && !bands.includes(band)) return `its band ${JSON.stringify(band)} is none of ${bands.join(', ')}`;
  if (maxAttempts !== undefined && !isCount(maxAttempts, 1_000)) return `its maxAttempts ${maxAttempts} is no whole number from 1 to 1,000`;
  if (maxRunMs !== undefined && !isCount(maxRunMs, 2 ** 31 - 1))
    return `its maxRunMs ${maxRunMs} is no whole number of milliseconds from 1`;
  if (version !== undefined && !isCount(version, 32_767)) return `its version ${version} is no whole number from 1 to 32,767`;
  const missing = upgrade && Array.from({ length: (version ?? 1) - 1 }, (_, older) => older + 1).find((older) => !upgrade[older]);
  if (missing) return `it cannot upgrade from version ${missing}, though from others; give upgrade[${missing}]`;
  const unknown = pauseOn?.find((finding) => !findings.includes(finding));
  if (unknown !== undefined) return `its pauseOn has ${JSON.stringify(unknown)}, which is none of ${findings.join(', ')}`;
  if (details !== undefined && !(typeof details === 'string' && tableNames.test(details)))
    return `its details ${JSON.stringify(details)} are no table; write its schema and name in small letters, e.g. "shop.parcel_details"`;
  return (
    problemOfHandler(definition) ??
    (unique && problemOfUnique(unique)) ??
    (subjects && problemOfSubjects(subjects)) ??
    (encrypted && problemOfEncrypted(encrypted, definition))
  );
}

const isolations: readonly unknown[] = ['thread', 'process'];
const leastMemoryMb = 8;

function problemOfHandler<P>({ handler, isolation, maxMemoryMb }: JobDefinition<P>): string | undefined {
  const isModule = handler instanceof URL;
  const module = `new URL('./<module>', import.meta.url)`;
  if (handler !== undefined && !isModule && typeof handler !== 'function') return 'its handler is no function';
  if (isolation !== undefined && !isolations.includes(isolation))
    return `its isolation ${JSON.stringify(isolation)} is neither "thread" nor "process"`;
  if (isModule && isolation === undefined) return 'its handler is a module: say isolation: "thread" or "process", or give a function';
  if (isolation !== undefined && handler !== undefined && !isModule)
    return `its handler is a function, which cannot be taken to a ${isolation}: make it the default export of a module and give handler: ${module}`;
  if (isModule && (handler.protocol !== 'file:' || !existsSync(fileURLToPath(handler))))
    return `its handler ${handler.href} is no file that exists; give handler: ${module}`;
  if (maxMemoryMb === undefined) return undefined;
  if (isolation === undefined) return `its maxMemoryMb ${maxMemoryMb} is for a thread or process: say isolation`;
  return isCount(maxMemoryMb, 1_048_576) && maxMemoryMb >= leastMemoryMb
    ? undefined
    : `its maxMemoryMb ${maxMemoryMb} is no whole number from ${leastMemoryMb} to 1,048,576`;
}

const kinds = /^[a-z][a-z0-9_-]*$/;

function problemOfSubjects(subjects: Readonly<Record<string, string>>): string | undefined {
  const fields = Object.entries(subjects);
  if (fields.length === 0) return 'its subjects are empty; leave them out where the payload names nobody';
  const wrong = fields.find(([field, kind]) => field === '' || typeof kind !== 'string' || !kinds.test(kind));
  return wrong && `its subjects say ${JSON.stringify(wrong)}, but a field of the payload has a kind of identifier, e.g. { to: 'email' }`;
}

/** The database compares keys and finds people by what is stored, which differs each time where it is encrypted. */
function problemOfEncrypted<P>(encrypted: readonly string[], { unique, subjects = {} }: JobDefinition<P>): string | undefined {
  if (!Array.isArray(encrypted) || encrypted.length === 0 || !encrypted.every((field) => typeof field === 'string' && field !== ''))
    return `its encrypted is ${JSON.stringify(encrypted)}, not a list of fields of the payload such as ["card.number"]`;
  const isIn = (one: string, other: string) => one === other || one.startsWith(`${other}.`);
  const within = encrypted.find((field) => encrypted.some((other) => other !== field && isIn(field, other)));
  if (within !== undefined) return `its encrypted names ${JSON.stringify(within)} and what holds it; name one of them`;
  const meets = (other: string) => encrypted.some((field) => isIn(field, other) || isIn(other, field));
  if (unique && !unique.fields?.length)
    return 'it is unique by its whole payload, of which fields are encrypted; name the fields that are the key in unique.fields';
  const key = unique?.fields?.find(meets);
  if (key !== undefined) return `its field ${JSON.stringify(key)} is encrypted, so it cannot be part of the key in unique.fields`;
  const named = Object.keys(subjects).find(meets);
  return named && `its field ${JSON.stringify(named)} is encrypted, so nobody is found by it: leave it out of subjects, or of encrypted`;
}

function problemOfUnique({ fields = [], until = 'completed', onConflict = 'skip' }: Uniqueness): string | undefined {
  if (!fields.every((field) => typeof field === 'string' && field !== '')) return 'its unique.fields are no names of fields';
  if (typeof until === 'object' ? !isCount(until.ms, 366 * 86_400_000) : until !== 'started' && until !== 'completed')
    return `its unique.until ${JSON.stringify(until)} is neither "started", "completed" nor { ms } of at most a year`;
  return conflicts.includes(onConflict)
    ? undefined
    : `its unique.onConflict ${JSON.stringify(onConflict)} is none of ${conflicts.join(', ')}`;
}

/** The same for the declaration of a queue. */
export function problemOfQueue({ name, group, pool, weights, sloMs, onOverload }: QueueDeclaration): string | undefined {
  if (typeof name !== 'string' || !queueNames.test(name) || name.length > 63)
    return `the name ${JSON.stringify(name)} is not made of small letters and digits with -, :, _ or . between them, at most 63 characters`;
  for (const [what, value] of Object.entries({ group, pool }))
    if (value !== undefined && !queueNames.test(value)) return `its ${what} ${JSON.stringify(value)} is no name`;
  if (weights && !(weights.length === bands.length && weights.every((weight) => isCount(weight, 1_000))))
    return `its weights ${JSON.stringify(weights)} are not five whole numbers from 1 to 1,000, one for each of ${bands.join(', ')}`;
  if (sloMs && !(sloMs.length === bands.length && sloMs.every((ms) => isCount(ms, 2 ** 31 - 1) && ms >= 1_000)))
    return `its sloMs ${JSON.stringify(sloMs)} are not five numbers of milliseconds from 1,000, one for each of ${bands.join(', ')}`;
  if (onOverload !== undefined && !['reject', 'demote', 'accept'].includes(onOverload))
    return `its onOverload ${JSON.stringify(onOverload)} is none of reject, demote, accept`;
  return undefined;
}
