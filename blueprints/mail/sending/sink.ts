import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { together } from 'plinth/kernel';
import { SMTPServer } from 'smtp-server';

const mostBytes = 25 * 1024 * 1024;

/** A mail server that takes everything and delivers nothing: what it accepted stands in a file. */
export interface Sink extends AsyncDisposable {
  readonly port: number;
  /** One line per accepted message, in the order of acceptance: time, sender, receivers, Message-ID, SHA-256. Tabs between. */
  readonly logFile: string;
  /** Whether a message with this Message-ID was accepted, now or by an earlier sink in the same folder. */
  hasAccepted(messageId: string): boolean;
}

/**
 * Starts a sink on a free port of the loopback interface. A line is in the file before the sender gets its answer, so that a message
 * counted as accepted is never one that nobody can find.
 */
export async function openSink(folder: string): Promise<Sink> {
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, 'accepted.tsv');
  await using cleanup = new AsyncDisposableStack();
  const log = await open(logFile, 'a+');
  cleanup.defer(() => log.close());
  const accepted = new Set<string>();
  for await (const line of log.readLines({ start: 0, autoClose: false })) accepted.add(line.split('\t')[3] ?? '');

  // Lines of messages that end at the same time go together.
  const keep = together(async (_, lines: readonly string[]) => {
    await log.appendFile(lines.join(''));
    return lines.map(() => undefined);
  });
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    size: mostBytes,
    rejectOversized: true,
    disableReverseLookup: true,
    onData(stream, session, callback) {
      void accept(stream, session.envelope)
        .then((line) => callback(null, line))
        .catch((error: Error) => callback(error));
    },
  });
  const accept = async (stream: Readable, envelope: { mailFrom: { address: string } | false; rcptTo: readonly { address: string }[] }) => {
    const hash = createHash('sha256');
    let head = '';
    for await (const chunk of stream) {
      hash.update(chunk);
      if (head.length < 16_384) head += chunk.toString('latin1');
    }
    const messageId = /^message-id:\s*(<[^>\r\n]+>)/im.exec(head)?.[1] ?? '';
    const sender = envelope.mailFrom ? envelope.mailFrom.address : '';
    const line = [new Date().toISOString(), sender, envelope.rcptTo.map((to) => to.address).join(','), messageId, hash.digest('hex')];
    await keep('', `${line.join('\t')}\n`);
    accepted.add(messageId);
    return 'accepted by the sink, and delivered to nobody';
  };
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  server.removeListener('error', reject);
  server.on('error', () => {});
  cleanup.defer(() => new Promise<void>((closed) => server.close(() => closed())));
  const address = server.server.address();
  const held = cleanup.move();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    logFile,
    hasAccepted: (messageId) => accepted.has(messageId),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
