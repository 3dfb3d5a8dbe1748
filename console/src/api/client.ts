import { noteCost } from './cost.ts';

/** A refusal by the API; `message` ends with the remedy and is shown as it is. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(problem: { status: number; code: string; message: string; requestId?: string }) {
    super(problem.message);
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId;
  }
}

let csrf = '';

/** Sent with every request that changes something. Belongs to the session. */
export function setCsrfToken(token: string): void {
  csrf = token;
}

/**
 * Asks an endpoint below /api and returns its JSON.
 * @throws {ApiError} with what the server said, or that it cannot be reached
 */
export async function request<T>(path: string, init: { method?: string; body?: unknown; signal?: AbortSignal } = {}): Promise<T> {
  const method = init.method ?? 'GET';
  const response = await fetch(`/api${path}`, {
    method,
    signal: init.signal ?? null,
    headers: {
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'x-plinth-csrf': csrf }),
    },
    body: init.body === undefined ? null : JSON.stringify(init.body),
  }).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ApiError({
      status: 0,
      code: 'UNREACHABLE',
      message: 'The platform does not answer. Check that "plinth up" is still running.',
    });
  });
  if (!response.ok) throw await readProblem(response);
  noteCost(path, response.headers.get('server-timing'));
  return (await response.json()) as T;
}

/** The first `maxCharacters` of a text endpoint, and whether that was all. */
export async function requestText(path: string, maxCharacters: number, signal: AbortSignal): Promise<{ text: string; isWhole: boolean }> {
  const response = await fetch(`/api${path}`, { signal });
  if (!response.ok) throw await readProblem(response);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader && text.length <= maxCharacters) {
    const { value, done } = await reader.read();
    if (done) return { text, isWhole: true };
    text += value;
  }
  await reader?.cancel();
  return { text: text.slice(0, maxCharacters), isWhole: false };
}

async function readProblem(response: Response): Promise<ApiError> {
  const fallback = {
    status: response.status,
    code: 'UNEXPECTED',
    message: `The server answered ${response.status} ${response.statusText}.`,
  };
  return new ApiError(await response.json().catch(() => fallback));
}
