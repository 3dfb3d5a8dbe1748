import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import type { Tls, TlsChanges, TlsStatus, Trial } from './model/types.ts';

/** As much of access as these commands need. */
interface Owner {
  readonly tls: Tls;
}

const day = (date: Date) => date.toISOString().slice(0, 10);
// A server let something through that it should not have.
const acceptedExitCode = 1;

const argument = [{ name: 'name', meaning: '<role>@<holder>, e.g. plinth_admin@ann' }] as const;

export const tlsCommands: readonly CommandDescriptor[] = [
  {
    name: 'access tls init',
    summary: 'Make the authority and the certificates of the server, and use them.',
    description:
      'On our own server every start does this; the command shows where the files are. For an attached server it makes them and says what\n' +
      'its administrator has to do with them. The names that clients use for it go into access.tlsNames first.',
    needs: 'server',
    async run({ use }) {
      const { tls } = use<Owner>('access');
      const changes = await tls.ensure();
      const status = await tls.status();
      return { data: { ...changes, ...status }, table: statusTable(status), text: [changesText(changes), '', ...next(status)].join('\n') };
    },
  },
  {
    name: 'access tls renew',
    summary: 'Make the certificates of the server and of all clients anew, whatever life is left.',
    description:
      'A running platform renews each when a third of its life is left. Open connections keep what they began with; none is cut.',
    needs: 'server',
    async run({ use }) {
      const { tls } = use<Owner>('access');
      const changes = await tls.ensure({ isForced: true });
      const status = await tls.status();
      return { data: { ...changes, ...status }, table: statusTable(status), text: [changesText(changes), '', ...next(status)].join('\n') };
    },
  },
  {
    name: 'access tls status',
    summary: 'Show the certificates with the days they have left, and what the running server shows of them.',
    needs: 'server',
    async run({ use }) {
      const status = await use<Owner>('access').tls.status();
      return { data: status, table: statusTable(status), text: ['', ...next(status)].join('\n') };
    },
  },
  {
    name: 'access tls issue',
    summary: 'Make a certificate with which a person or a job logs in as a role for administration, backup or repair.',
    description: 'Certificate and key are one file of mode 0600, for sslcert and sslkey. It ends after 90 days.',
    needs: 'server',
    arguments: argument,
    async run({ use, args }) {
      const made = await use<Owner>('access').tls.issue(String(args.name));
      return { data: made, text: `${made.name} may log in until ${day(made.validUntil)} with sslcert=${made.file} sslkey=${made.file}` };
    },
  },
  {
    name: 'access tls revoke',
    summary: 'Let nobody in any more with a certificate of that name.',
    needs: 'server',
    arguments: argument,
    async run({ use, args }) {
      const { tls } = use<Owner>('access');
      await tls.revoke(String(args.name));
      const status = await tls.status();
      const isOwn = status.server !== 'attached';
      const how = isOwn
        ? 'The server refuses it from now on.'
        : `Give ${status.revocations?.file} to the server's administrator: it refuses it from then on.`;
      return {
        data: { revoked: args.name, ...status.revocations },
        text: `${args.name} is revoked. ${how} Its open sessions are not ended.`,
      };
    },
  },
  {
    name: 'access tls test',
    summary: 'Try what a server must refuse: plaintext, old protocols, weak ciphers, wrong names and certificates.',
    description: 'Sends no password and changes nothing. Without a URL our own server is tried. Ends with 1 when something was accepted.',
    needs: 'server',
    arguments: [{ name: 'url', meaning: 'postgres://user@host:port/database?sslrootcert=<file>', isOptional: true }],
    async run({ use, args }) {
      const found = await use<Owner>('access').tls.tryOut(args.url as string | undefined);
      const { where, spoken, verified, trials } = found;
      const isBad = verified !== true || trials.some(({ outcome }) => outcome === 'accepted');
      const lines = [
        `${where} speaks ${spoken.protocol} with ${spoken.cipher}.`,
        verified === true ? 'Its certificate holds: authority and name.' : `Its certificate is not believed: ${verified}`,
      ];
      return { data: found, table: trialTable(trials), text: ['', ...lines].join('\n'), exitCode: isBad ? acceptedExitCode : 0 };
    },
  },
];

export const tlsRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/access/tls',
    summary: 'The certificates with the days they have left, and what the running server shows of them.',
    role: 'viewer',
    handler: ({ use }) => use<Owner>('access').tls.status(),
  },
];

function statusTable({ certificates }: TlsStatus) {
  return {
    columns: ['certificate', 'of', 'for', 'until', 'days left', 'file'],
    rows: certificates.map(({ kind, name, names, validUntil, daysLeft, isDue, file }) => [
      kind,
      name,
      names.join(', '),
      day(validUntil),
      isDue ? `${daysLeft}, due` : daysLeft,
      file,
    ]),
  };
}

function trialTable(trials: readonly Trial[]) {
  return {
    columns: ['tried', 'to be refused by', 'outcome', 'evidence'],
    rows: trials.map(({ what, refusedBy, outcome, evidence }) => [what, refusedBy, outcome, evidence]),
  };
}

function changesText({ issued, isInstalled }: TlsChanges): string {
  const made = issued.length === 0 ? 'Nothing had to be made.' : `Made: ${issued.join(', ')}.`;
  return isInstalled ? `${made} The server has taken it up.` : made;
}

/** What holds now, and what is left to do. */
function next({ server, url, certificates, revocations }: TlsStatus): readonly string[] {
  if (server === 'ours')
    return ['Beyond its Unix socket the server takes encrypted connections only.', ...(url ? [`Others connect with ${url}`] : [])];
  if (server === 'plaintext') return ['The running server speaks no TLS. Run plinth access tls init.'];
  if (server === 'other') {
    return [
      'The running server shows a certificate that is not the newest from here: its postgresql.conf names another, or plinth access tls init is due.',
    ];
  }
  const file = certificates.find(({ kind }) => kind === 'server')?.file;
  if (file === undefined || revocations === undefined)
    return ['The server is run by others. To make certificates for it: plinth access tls init'];
  return [
    'The server is run by others. Its administrator copies the files to it (the first with mode 0600, owned by its account) and sets',
    `  ssl = on, ssl_cert_file and ssl_key_file = ${file}`,
    `  ssl_ca_file = ca.pem of that folder, ssl_crl_file = ${revocations.file}`,
    "  ssl_min_protocol_version = 'TLSv1.2'",
    'and reloads it; in pg_hba.conf each host becomes hostssl. Afterwards: plinth access tls test <url>',
  ];
}
