import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import type { SMTPPoolSendCallback, SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool';
import type { EffectVerdict } from 'plinth/queue';
import { openSink } from './sink.ts';

/** A message as it goes out. */
export interface OutgoingMessage {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly raw: Buffer;
}

export interface Answer {
  readonly code: number;
  readonly response: string;
}

/** The server that takes our mail. */
export interface Outgoing extends AsyncDisposable {
  /** For people: where it is. */
  readonly server: string;
  /** @throws what the driver throws; `responseCode` where the server answered */
  send(message: OutgoingMessage): Promise<Answer>;
  /** Whether a message was taken; undefined where the server cannot be asked. */
  verify(messageId: string): Promise<EffectVerdict<Answer>>;
}

const mostConnections = 5;

/**
 * The outgoing mail of a platform: the server of `smtpUrl` (`smtp://user:password@host:587`, `smtps://…`), or where there is none a sink in
 * this process, started with the first message.
 */
export function openOutgoing(smtpUrl: string | undefined, sinkFolder: string): Outgoing {
  return smtpUrl ? remote(smtpUrl) : local(sinkFolder);
}

function remote(smtpUrl: string): Outgoing {
  const transport = createTransport({ url: smtpUrl, pool: true, maxConnections: mostConnections, maxMessages: Number.POSITIVE_INFINITY });
  const { host } = new URL(smtpUrl);
  return {
    server: host,
    async send({ from, to, messageId, raw }) {
      // Not by sendMail, which would take apart and build anew what is built already.
      const message = {
        getEnvelope: () => ({ from, to: [to] }),
        messageId: () => messageId,
        getHeader: () => messageId,
        createReadStream: () => streamOf(raw),
      };
      const { response } = await new Promise<SMTPPoolSentMessageInfo>((resolve, reject) => {
        const said: SMTPPoolSendCallback = (error, info) => (error ? reject(error) : resolve(info as SMTPPoolSentMessageInfo));
        transport.transporter.send({ data: {}, message } as never, said as never);
      });
      return { code: Number.parseInt(response, 10), response };
    },
    verify: async () => undefined,
    [Symbol.asyncDispose]: async () => transport.close(),
  };
}

const streamOf = (bytes: Buffer) =>
  new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });

function local(folder: string): Outgoing {
  let opening: Promise<{ readonly to: Outgoing; readonly sink: Awaited<ReturnType<typeof openSink>> }> | undefined;
  const opened = () => {
    opening ??= openSink(folder).then((sink) => ({ sink, to: remote(`smtp://127.0.0.1:${sink.port}`) }));
    return opening;
  };
  return {
    server: 'a sink in this process',
    send: async (message) => (await opened()).to.send(message),
    async verify(messageId) {
      const happened = (await opened()).sink.hasAccepted(messageId);
      return happened ? { happened, answer: { code: 250, response: 'found in the log of the sink' } } : { happened };
    },
    async [Symbol.asyncDispose]() {
      const held = await opening?.catch(() => undefined);
      await held?.to[Symbol.asyncDispose]();
      await held?.sink[Symbol.asyncDispose]();
    },
  };
}

/** Whether the server said no: then it has not taken the message. Anything else (a lost connection) leaves that open. */
export function isRefusal(error: unknown): error is Error & { readonly responseCode: number } {
  return error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number';
}
