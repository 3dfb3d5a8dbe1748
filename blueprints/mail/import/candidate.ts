import { type Envelope, readEnvelope } from '../model/envelope.ts';
import { readHeader } from '../model/header.ts';
import { previewOf } from '../model/preview.ts';
import { snippetOf } from '../model/text.ts';
import type { Entry } from './source.ts';

export type QuarantineReason = 'empty' | 'no_header' | 'too_large' | 'unparsable' | 'refused';

/** A message that will not be imported, and why. */
export interface Quarantined {
  readonly entry: Entry;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

/** A message that was understood and can be stored. */
export interface Candidate {
  readonly entry: Entry;
  readonly envelope: Envelope;
  readonly snippet: string;
}

// Enough for the first words of the body behind a long header; decoding a whole body for them would be the dearest step.
const previewBytes = 24 * 1024;

/** Reads what is needed of a message, or says why it cannot be imported. Never throws for what a message holds. */
export function readCandidate(entry: Entry, importStarted: Date): Candidate | Quarantined {
  if (entry.message.sizeBytes === 0) return { entry, reason: 'empty', detail: 'The message has no bytes.' };
  try {
    const header = readHeader(entry.message.head);
    if (!header) {
      return {
        entry,
        reason: 'no_header',
        detail: 'It does not begin with a header field (Name: value). Look at these bytes in the source.',
      };
    }
    return {
      entry,
      envelope: readEnvelope(header, entry.dated ?? importStarted),
      snippet: snippetOf(previewOf(entry.message.head.subarray(0, previewBytes))),
    };
  } catch (error) {
    return { entry, reason: 'unparsable', detail: `Its header cannot be read: ${String(error)}` };
  }
}

export function isQuarantined<C extends Candidate>(read: C | Quarantined): read is Quarantined {
  return 'reason' in read;
}
