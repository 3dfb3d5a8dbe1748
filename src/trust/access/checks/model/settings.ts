import type { Finding } from './types.ts';

type Found = Omit<Finding, 'server'>;
type Settings = ReadonlyMap<string, string>;

/** PostgreSQL's own default, below which a stolen verifier is tried too fast. */
export const leastIterations = 4096;

/** The settings that checks look at. */
export const readNames: readonly string[] = [
  'listen_addresses',
  'log_connections',
  'log_destination',
  'log_disconnections',
  'log_file_mode',
  'log_line_prefix',
  'log_min_error_statement',
  'log_parameter_max_length',
  'log_parameter_max_length_on_error',
  'password_encryption',
  'scram_iterations',
  'unix_socket_permissions',
];

const set = (name: string, value: string) => `alter system set ${name} = '${value}'`;

/** How passwords are kept from now on. */
export function judgePasswords(settings: Settings): Found[] {
  const method = settings.get('password_encryption');
  const iterations = Number(settings.get('scram_iterations') ?? leastIterations);
  return [
    ...(method === 'scram-sha-256'
      ? []
      : [
          {
            subject: 'password_encryption',
            what: `new passwords are kept as ${method}`,
            remedy: set('password_encryption', 'scram-sha-256'),
          },
        ]),
    ...(iterations >= leastIterations
      ? []
      : [
          {
            subject: 'scram_iterations',
            what: `new passwords are kept with ${iterations} rounds; ${leastIterations} are the least`,
            remedy: set('scram_iterations', String(leastIterations)),
          },
        ]),
  ];
}

const prefixParts: readonly (readonly [string, RegExp])[] = [
  ['time', /%[mtn]/],
  ['process', /%p/],
  ['user', /%u/],
  ['database', /%d/],
  ['application', /%a/],
  ['host', /%[hr]/],
];
const quieter = ['log', 'fatal', 'panic'];
const isOn = (value: string | undefined) => value !== undefined && !['', 'off', 'no', 'false', '0'].includes(value);

/** Whether the log says who came, from where, and with what. */
export function judgeLogging(settings: Settings): Found[] {
  const prefix = settings.get('log_line_prefix') ?? '';
  // Structured logs carry all of it whatever the prefix says.
  const isStructured = /csvlog|jsonlog/.test(settings.get('log_destination') ?? '');
  const missing = isStructured ? [] : prefixParts.filter(([, pattern]) => !pattern.test(prefix)).map(([part]) => part);
  return [
    ...['log_connections', 'log_disconnections']
      .filter((name) => !isOn(settings.get(name)))
      .map((name) => ({ subject: name, what: `${name} is off: nobody can tell later who was connected`, remedy: set(name, 'on') })),
    ...(missing.length > 0
      ? [
          {
            subject: 'log_line_prefix',
            what: `lines of the log lack ${missing.join(', ')}`,
            remedy: set('log_line_prefix', '%m [%p] %q%h %u@%d %a '),
          },
        ]
      : []),
    ...(quieter.includes(settings.get('log_min_error_statement') ?? '')
      ? [
          {
            subject: 'log_min_error_statement',
            what: 'statements that fail are not in the log',
            remedy: set('log_min_error_statement', 'error'),
          },
        ]
      : []),
  ];
}

/** Whether values of parameters reach the log. */
export function judgeParameters(settings: Settings): Found[] {
  return ['log_parameter_max_length', 'log_parameter_max_length_on_error']
    .filter((name) => settings.get(name) !== '0')
    .map((name) => ({
      subject: name,
      what: `${name} is ${settings.get(name)}: values of parameters may stand in the log`,
      remedy: set(name, '0'),
    }));
}
