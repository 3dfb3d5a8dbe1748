import { hash } from 'node:crypto';

/** What of an error makes it one of its kind. */
export interface FailureFacts {
  /** Name of its class, with its code where it has one. */
  readonly name: string;
  readonly message: string;
  /** As the engine of the language writes it. */
  readonly stack?: string | undefined;
}

// Looked at in this order: what is told first must not be taken for something simpler by what follows.
const variables: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>()]+/gi, '<url>'],
  [/[^\s"'`<>(),:;=]+@[\w-]+(?:\.[\w-]+)+/g, '<address>'],
  // A quote inside a word is an apostrophe.
  [
    /"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<![\p{L}\p{N}])'(?:[^'\\]|\\.|(?<=\p{L})'(?=\p{L}))*'(?![\p{L}\p{N}])|“[^”]*”|‘[^’]*’|«[^»]*»|„[^“”]*[“”]/gu,
    '<quoted>',
  ],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})(?:[0-9a-f:]*)(?![\w:])|(?<![\w:])::[0-9a-f:]*[0-9a-f](?![\w:])/gi, '<address>'],
  [/\[<address>\](?::\d+)?/g, '<address>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/\b(?:[\w-]+\.)*[a-z][\w-]*:\d{2,5}\b(?!:)/gi, '<address>'],
  [/\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|internal|local|cloud|example|test|invalid|co|eu|de|fr|uk|us|ai)\b/gi, '<address>'],
  [/(?<=(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH)\s+)[\w.-]+/g, '<address>'],
  [/(?<![\w/])(?:[A-Za-z]:\\|\\\\)[^\s"'`<>|,;]+/g, '<path>'],
  [/(?<![\w/>])(?:~|\.{1,2})?\/(?:[^\s"'`<>(),;:]+)/g, '<path>'],
  [/\b0x[0-9a-f]+\b/gi, '<id>'],
  // Letters and digits in one long word: a key, a hash, a token.
  [/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}\b/g, '<id>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi, '<id>'],
  [/[-+]?\d+(?:[.,_']\d+)*(?:e[-+]?\d+)?(?:\s?(?:ms|s|sec|seconds?|min|minutes?|hours?|days?|[kKMGT]?i?B|bytes?)\b)?%?/g, '#'],
  [/\s+/g, ' '],
];
const longestMessage = 1_000;

/** A message without what varies between occurrences of the same failure. */
export const kindOfMessage = (message: string): string =>
  variables.reduce((text, [pattern, mark]) => text.replace(pattern, mark), message.slice(0, longestMessage)).trim();

const frameLine = /^\s*at (?:(?:async )?(.*?) \()?(.+?)(?::\d+)?(?::\d+)?\)?$/;
const framesOfOthers = /(?:^|[/\\])node_modules[/\\]|^node:|^native$|^<anonymous>$|^index \d+$/;

/** The frames of a stack that are the product's own, innermost first: function and file, without place, for both move with every release. */
export function ownFrames(stack: string | undefined, engineDir: string): readonly string[] {
  if (stack === undefined) return [];
  return stack.split('\n').flatMap((line) => {
    const [, name = '', place] = frameLine.exec(line) ?? [];
    const file = place?.replace(/^file:\/\//, '');
    if (file === undefined || framesOfOthers.test(file) || file.startsWith(engineDir)) return [];
    return [`${name.replace(/^(?:Object|Module)\./, '')}@${fileKind(file)}`];
  });
}

// `worker-3f9a2c1b.js` of one release is `worker-8d01e7aa.js` of the next one.
const fileKind = (file: string) =>
  (file.split(/[/\\]/).at(-1) ?? file).replace(/\?.*$/, '').replace(/[-.](?=[\w]*\d)[\w]{6,}(?=\.\w+$)/, '');

const framesThatTell = 3;
const engineFolder = new URL('../../../../', import.meta.url).pathname;

/**
 * The signature of a failure: the same for all occurrences of one kind in one job type, whatever ids, numbers, addresses, paths and quoted
 * words are in them. 16 hexadecimal digits.
 */
export function signatureOf({ name, message, stack }: FailureFacts, jobType: string, engineDir = engineFolder): string {
  const frames = ownFrames(stack, engineDir).slice(0, framesThatTell);
  return hash('sha256', [jobType, name, kindOfMessage(message), ...frames].join('\u001f')).slice(0, 16);
}

/** The error of a run with the signature by which others of its kind are found. */
export const signed = <E extends FailureFacts & { readonly code?: string }>(
  error: E,
  jobType: string,
): E & { readonly signature: string } => ({
  ...error,
  signature: signatureOf({ ...error, name: error.code === undefined ? error.name : `${error.name} ${error.code}` }, jobType),
});

/** Name and message of an error as it is kept with a run, without what varies. A word that a message does not quote stays. */
export function kindOf(error: unknown): string {
  const { name, message } = (typeof error === 'object' && error !== null ? error : {}) as Readonly<Record<string, unknown>>;
  if (typeof message !== 'string') return typeof name === 'string' ? name : 'no error was kept';
  return `${typeof name === 'string' ? name : 'Error'}: ${kindOfMessage(message)}`.slice(0, 300);
}
