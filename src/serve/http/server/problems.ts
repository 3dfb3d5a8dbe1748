import type { FastifyError, FastifyInstance } from 'fastify';
import { type Log, PlinthError } from '../../../kernel/index.ts';
import { httpErrors } from '../errors.ts';

/** Every failure of the API as `application/problem+json`; what is inside of us stays in the log. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly isRetryable: boolean;
  readonly requestId: string;
}

/** Answers errors and unknown paths below /api with problems. */
export function registerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = describe(error, request.id);
    if (problem.status >= 500) {
      log.error('request failed', {
        requestId: request.id,
        method: request.method,
        path: request.routeOptions.url,
        error: error.stack ?? String(error),
      });
    }
    const { retryAfterSeconds } = (error as Partial<PlinthError>).details ?? {};
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    return reply.code(problem.status).removeHeader('content-disposition').type('application/problem+json').send(problem);
  });
}

function describe(error: FastifyError | PlinthError, requestId: string): Problem {
  if (error instanceof PlinthError && !isInternal(error)) {
    return { status: error.httpStatus, code: error.code, message: error.message, isRetryable: error.retryable, requestId };
  }
  // Fastify's own refusals: a body that is no JSON, a parameter outside its schema, a body too large.
  if (!(error instanceof PlinthError) && error.statusCode !== undefined && error.statusCode < 500) {
    const { code, message, retryable } = httpErrors.BAD_REQUEST({ reason: error.message });
    return { status: error.statusCode, code, message, isRetryable: retryable, requestId };
  }
  const message = `Something failed that should not have. The log has it under request ${requestId}.`;
  return { status: 500, code: 'PLINTH_HTTP_UNEXPECTED', message, isRetryable: false, requestId };
}

// A statement of ours that PostgreSQL refuses as wrong quotes our SQL in its message.
const isInternal = (error: PlinthError) => error.httpStatus === 500 && error.code.startsWith('PLINTH_SQL_');
