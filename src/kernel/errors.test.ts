import { expect, test } from 'vitest';
import { defineErrors, hasCode, PlinthError } from './errors.ts';
import { fromSqlError } from './sqlstate.ts';

const errors = defineErrors('CLUSTER', {
  PORT_TAKEN: {
    message: (d: { port: number }) => `Port ${d.port} is taken; choose another.`,
    exitCode: 4,
    retryable: true,
    httpStatus: 503,
  },
});

test('a declared error carries its code, message, details and how to treat it', () => {
  const cause = new Error('EADDRINUSE');
  const error = errors.PORT_TAKEN({ port: 5432 }, { cause });
  expect(error).toMatchObject({
    code: 'PLINTH_CLUSTER_PORT_TAKEN',
    message: 'Port 5432 is taken; choose another.',
    retryable: true,
    httpStatus: 503,
    exitCode: 4,
    details: { port: 5432 },
    cause,
  });
  expect(hasCode(error, 'PLINTH_CLUSTER_PORT_TAKEN')).toBe(true);
  expect(hasCode(cause, 'PLINTH_CLUSTER_PORT_TAKEN')).toBe(false);
});

const driverError = (code: string, more = {}) => Object.assign(new Error('duplicate key value'), { code, ...more });

test('an SQLSTATE gets its name, a class stands in for states that are not listed', () => {
  expect(fromSqlError(driverError('23505'))).toMatchObject({ code: 'PLINTH_SQL_UNIQUE', httpStatus: 409, retryable: false });
  expect(fromSqlError(driverError('08006'))).toMatchObject({ code: 'PLINTH_SQL_CONNECTION', retryable: true });
  expect(fromSqlError(driverError('XX000'))).toMatchObject({ code: 'PLINTH_SQL_UNEXPECTED', httpStatus: 500 });
});

test('[I2] the detail of the server, which may hold foreign values, goes nowhere', () => {
  const error = fromSqlError(
    driverError('23505', { detail: 'Key (email)=(eve@example.org) already exists.', constraint: 'users_email_key' }),
    'creating a user',
  );
  expect(error).toBeInstanceOf(PlinthError);
  const { message, details } = error as PlinthError;
  expect(message).toMatch(/^creating a user: duplicate key value/);
  expect(JSON.stringify([message, details])).not.toContain('eve@');
  expect(details.constraint).toBe('users_email_key');
});

test('what is no driver error is returned as it came', () => {
  const socket = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  expect(fromSqlError(socket)).toBe(socket);
  expect(fromSqlError('text')).toBe('text');
});
