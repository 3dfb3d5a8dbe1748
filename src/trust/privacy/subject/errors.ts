import { defineErrors } from '../../../kernel/index.ts';

const places = (list: readonly string[]) => list.slice(0, 5).join(', ') + (list.length > 5 ? ` and ${list.length - 5} more` : '');

export const subjectErrors = defineErrors('PRIVACY', {
  BAD_IDENTIFIER: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { kind?: string; known: readonly string[] }) =>
      `What the person is named by is ${d.kind ? `no ${d.kind}` : 'neither an e-mail address nor a phone number with its country, like +49…'}. Give --kind with one of ${d.known.join(', ')}, and a value of that kind.`,
  },
  PLACED: {
    httpStatus: 409,
    message: (d: { tenants: readonly string[] }) =>
      `People are looked for in the shared databases, and these tenants have their rows in databases of their own: ${places(d.tenants)}. First: plinth tenancy move ${d.tenants[0]} --to shared`,
  },
  BAD_LINK: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { table: string; problem: string; remedy: string }) => `The link of ${d.table} cannot be used: ${d.problem}. ${d.remedy}.`,
  },
  LOOSE_LINK: {
    httpStatus: 409,
    message: (d: { table: string; column: string; kind: string; limit: number }) =>
      `${d.table}.${d.column} gives more than ${d.limit} identifiers of kind ${d.kind} for one person, so it does not identify one. Remove the column from "yields" of that link.`,
  },
  FOREIGN_KEY: {
    httpStatus: 409,
    message: (d: { table: string; refersTo: string; kept: boolean }) =>
      d.kept
        ? `${d.table} keeps rows that refer to ${d.refersTo}, whose rows of the person would be deleted. Anonymise ${d.refersTo} instead, or delete in ${d.table} too.`
        : `${d.table} refers to ${d.refersTo}, whose rows of the person would be deleted, and no link says what becomes of it. Declare one for ${d.table}.`,
  },
  HELD: {
    httpStatus: 423,
    message: (d: { request: string; holds: readonly string[] }) =>
      `Nothing was erased: ${d.holds.join('; ')}. The request ${d.request} waits; ask again when the hold is released.`,
  },
  BUSY: {
    httpStatus: 409,
    retryable: true,
    message: (d: { request: string }) => `Another process works on request ${d.request}. Wait for it, or ask again later.`,
  },
  NOT_GONE: {
    httpStatus: 409,
    retryable: true,
    message: (d: { request: string; places: readonly string[] }) =>
      `Data of the person were found again after they were erased, in ${places(d.places)}: somebody still writes them. Stop that and go on with request ${d.request}.`,
  },
  OLD_SNAPSHOT: {
    httpStatus: 409,
    retryable: true,
    message: (d: { tier: string; holders: readonly string[] }) =>
      `What was erased in ${d.tier} cannot leave the files yet, because somebody still may read it: ${places(d.holders)}. End that and go on with the request.`,
  },
  UNKNOWN_REQUEST: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { request: string; what: string }) =>
      `There is no ${d.what} ${d.request}. "plinth privacy subject list" shows those there are.`,
  },
  FOLDER_EXISTS: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { folder: string }) => `${d.folder} is there already. An export goes into a folder of its own; name another.`,
  },
});
