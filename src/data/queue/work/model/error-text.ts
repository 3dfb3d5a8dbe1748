import { plainText } from '../../model/json-text.ts';

export interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** What is kept of anything that a handler threw. */
export function errorText(thrown: unknown): ErrorText {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: plainText(textOf(thrown), 2_000) };
  const { code } = thrown as { code?: unknown };
  return {
    name: plainText(String(thrown.name), 200),
    message: plainText(String(thrown.message), 8_000),
    ...((typeof code === 'string' || typeof code === 'number') && { code: plainText(String(code), 200) }),
    ...(typeof thrown.stack === 'string' && { stack: plainText(thrown.stack, 8_000) }),
  };
}

function textOf(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return 'something that has no text';
  }
}
