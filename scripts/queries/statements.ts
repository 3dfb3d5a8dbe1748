import { type ScanToken, scan } from 'libpg-query';

/** A named statement as the `.sql` file has it, with its parameters counted. */
export interface Statement {
  readonly name: string;
  /** Comment lines below the name. */
  readonly doc: readonly string[];
  readonly file: string;
  /** Line of the first character of `text`, from 1. */
  readonly line: number;
  /** SQL with `$1` … and without the marks of this notation. */
  readonly text: string;
  readonly params: readonly { readonly name: string; readonly isNullable: boolean }[];
  /** Result columns whose nullability the author states: `as "name!"`, `as "name?"`. */
  readonly overrides: ReadonlyMap<string, 'not null' | 'nullable'>;
}

export class StatementError extends Error {
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, message: string) {
    super(message);
    this.file = file;
    this.line = line;
  }
}

const nameLine = /^--\s*name:\s*(.*?)\s*$/;
const isWord = (text: string) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text);

/** Splits a file into its named statements. Tokens come from PostgreSQL's own scanner, so `::`, strings, comments and slices are what they are. */
export async function readStatements(file: string, source: string): Promise<Statement[]> {
  const bytes = Buffer.from(source);
  let tokens: ScanToken[];
  try {
    tokens = (await scan(source)).tokens;
  } catch (error) {
    throw new StatementError(file, 1, (error as Error).message);
  }
  const lineOf = (byte: number) => bytes.subarray(0, byte).toString().split('\n').length;
  const starts = tokens.filter((token) => token.tokenName === 'SQL_COMMENT' && nameLine.test(token.text));
  const stray = tokens.find((token) => !token.tokenName.endsWith('_COMMENT') && token.start < (starts[0]?.start ?? bytes.length));
  if (stray) throw new StatementError(file, lineOf(stray.start), 'SQL stands before the first `-- name:` line');

  const statements = starts.map((start, index) => {
    const end = starts[index + 1]?.start ?? bytes.length;
    const name = nameLine.exec(start.text)?.[1] ?? '';
    const line = lineOf(start.start);
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new StatementError(file, line, `the name "${name}" is not snake_case`);
    return readStatement(
      file,
      name,
      bytes,
      tokens.filter((token) => token.start > start.start && token.start < end),
      line,
      lineOf,
    );
  });
  return statements;
}

function readStatement(
  file: string,
  name: string,
  bytes: Buffer,
  tokens: readonly ScanToken[],
  nameAt: number,
  lineOf: (byte: number) => number,
): Statement {
  const first = tokens.findIndex((token) => !token.tokenName.endsWith('_COMMENT'));
  const last = tokens.findLastIndex((token) => !token.tokenName.endsWith('_COMMENT') && token.text !== ';');
  if (first < 0 || last < first) throw new StatementError(file, nameAt, `${name} has no statement`);
  const body = tokens.slice(first, last + 1);
  const semicolon = body.find((token) => token.text === ';');
  if (semicolon) throw new StatementError(file, lineOf(semicolon.start), `${name} holds more than one statement`);

  const params = new Map<string, boolean>();
  const overrides = new Map<string, 'not null' | 'nullable'>();
  const pieces: string[] = [];
  let copied = body[0]?.start ?? 0;
  const replace = (from: number, to: number, text: string) => {
    pieces.push(bytes.toString('utf8', copied, from), text);
    copied = to;
  };

  body.forEach((token, index) => {
    const [before, word, mark] = [body[index - 1], body[index + 1], body[index + 2]];
    if (token.text === ':' && word?.start === token.end && isWord(word.text) && !isOperandEnd(before, token)) {
      const isNullable = mark?.text === '?' && mark.start === word.end;
      params.set(word.text, (params.get(word.text) ?? false) || isNullable);
      replace(token.start, isNullable ? mark.end : word.end, `$${[...params.keys()].indexOf(word.text) + 1}`);
    }
    const override = token.tokenName === 'IDENT' ? /^"(.+)([!?])"$/.exec(token.text) : null;
    if (override?.[1] && before?.text.toLowerCase() === 'as') {
      overrides.set(override[1], override[2] === '!' ? 'not null' : 'nullable');
      replace(token.start, token.end, `"${override[1]}"`);
    }
  });
  const begin = body[0]?.start ?? 0;
  pieces.push(bytes.toString('utf8', copied, body.at(-1)?.end));
  const text = pieces.join('');
  return {
    name,
    doc: tokens.slice(0, first).map((token) => token.text.replace(/^--\s?/, '')),
    file,
    line: lineOf(begin),
    text,
    params: [...params].map(([param, isNullable]) => ({ name: param, isNullable })),
    overrides,
  };
}

// In `tags[low:high]` the colon follows an operand without a space: a slice, not a parameter.
function isOperandEnd(before: ScanToken | undefined, colon: ScanToken): boolean {
  return before?.end === colon.start && (isWord(before.text) || /[\])"']$/.test(before.text) || before.tokenName.endsWith('CONST'));
}
