import { execFile } from 'node:child_process';
import { messageOf } from '../../../kernel/index.ts';
import { accessErrors } from '../errors.ts';

const timeoutMs = 10_000;

/**
 * Runs the program that knows a password and returns what it prints, without the line end. It finds the login in `PLINTH_LOGIN`.
 *
 * @throws PLINTH_ACCESS_PASSWORD_COMMAND with the last line of its errors, never with what it printed
 */
export function askCommand([program = '', ...args]: readonly string[], login: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PLINTH_LOGIN: login };
    execFile(program, args, { env, timeout: timeoutMs, maxBuffer: 64 * 1024 }, (error, output, errors) => {
      const password = output.trim();
      if (!error && password !== '') return resolve(password);
      const said = errors.trim().split('\n').at(-1);
      const reason = said || (error ? firstLine(messageOf(error)) : 'it printed nothing');
      reject(accessErrors.PASSWORD_COMMAND({ program, login, reason }, { cause: error ?? undefined }));
    });
  });
}

const firstLine = (text: string) => text.split('\n')[0] as string;
