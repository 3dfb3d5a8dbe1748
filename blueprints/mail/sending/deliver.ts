import type { Job } from 'plinth/queue';
import type { Counting } from '../processing/counting.ts';
import { type Accepted, isRefusal, type Outgoing } from './outgoing.ts';
import type { Letter, Records } from './records.ts';

export interface DeliverDeps {
  readonly outgoing: Outgoing;
  readonly records: Records;
  readonly counting: Counting;
}

const [firstPermanentCode, lastPermanentCode] = [550, 559];

/** Hands a message over once, whatever happens to this process, keeps what the server said, and files the message. */
export async function deliver({ outgoing, records, counting }: DeliverDeps, job: Job, letter: Letter): Promise<Accepted> {
  const accepted = await handOver(outgoing, records, job, letter);
  await records.file(letter);
  await counting.soon(letter.tenantId);
  return accepted;
}

async function handOver(outgoing: Outgoing, records: Records, job: Job, letter: Letter): Promise<Accepted> {
  const { message } = letter;
  try {
    const accepted = await job.external('smtp', () => outgoing.send(message), {
      verify: () => outgoing.verify(message.messageId),
      // A connection that was lost behind the message's last byte may have been in time or not.
      isUnknown: (error) => !isRefusal(error),
    });
    await records.keepAnswer(letter, accepted);
    return accepted;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await records.keepAnswer(letter, { code: error.responseCode, response: error.message });
    const isPermanent = error.responseCode >= firstPermanentCode && error.responseCode <= lastPermanentCode;
    throw isPermanent ? Object.assign(error, { verdict: 'dead' }) : error;
  }
}
