import { defineErrors } from 'plinth/kernel';

export const mailErrors = defineErrors('MAIL', {
  SOURCE_UNREADABLE: {
    exitCode: 2,
    httpStatus: 422,
    message: (d: { source: string; reason: string }) =>
      `${d.source} cannot be read: ${d.reason}. Check the path and its permissions, then run the command again with --resume.`,
  },
  SOURCE_DAMAGED: {
    httpStatus: 422,
    message: (d: { source: string; reason: string; readCount: number }) =>
      `${d.source} ends or breaks within its compressed data (${d.reason}). The ${d.readCount} messages before that are imported; fetch the file again and run the command with --resume.`,
  },
  NOTHING_TO_IMPORT: {
    exitCode: 2,
    httpStatus: 422,
    message: (d: { source: string }) =>
      `${d.source} holds no mail: a folder needs *.eml files or the cur and new folders of a maildir. Name an mbox file, such a folder, or - for standard input.`,
  },
  NOTHING_TO_RESUME: {
    exitCode: 2,
    httpStatus: 409,
    message: (d: { source: string; account: string }) =>
      `No unfinished import of ${d.source} into ${d.account} is known. Run the command without --resume; messages that are there already are skipped.`,
  },
  SOURCE_CHANGED: {
    exitCode: 2,
    httpStatus: 409,
    message: (d: { source: string }) =>
      `${d.source} is not the file that the unfinished import began with. Run the command without --resume; messages that are there already are skipped.`,
  },
  INTERRUPTED: {
    retryable: true,
    httpStatus: 503,
    message: (d: { source: string; reason: string }) =>
      `The import of ${d.source} stopped: ${d.reason} What was stored is kept; run the command again with --resume.`,
  },
  BAD_ADDRESS: {
    exitCode: 2,
    httpStatus: 422,
    message: (d: { address: string }) => `"${d.address}" is no e-mail address. Give the mailbox as name@domain with --account.`,
  },
  UNKNOWN_THREAD: {
    httpStatus: 404,
    message: (d: { id: string }) => `There is no thread ${d.id} in this tenant. List them with GET /api/mail/:tenant/threads.`,
  },
  UNKNOWN_MESSAGE: {
    httpStatus: 404,
    message: (d: { id: string }) => `There is no raw message ${d.id} in this tenant. The messages of a thread name theirs.`,
  },
  BAD_CURSOR: {
    httpStatus: 422,
    message: (d: { cursor: string }) => `The cursor "${d.cursor}" is not one this list gave. Begin without a cursor.`,
  },
  NOT_EMPTY: {
    exitCode: 2,
    httpStatus: 409,
    message: (d: { slug: string }) =>
      `The tenant "${d.slug}" has mail already; demo data is only put into empty tenants. Choose other names with --prefix.`,
  },
  UNKNOWN_CAMPAIGN: {
    exitCode: 2,
    httpStatus: 404,
    message: (d: { campaignId: string }) =>
      `There is no campaign ${d.campaignId} in this tenant. List what is there with: plinth mail campaigns.`,
  },
  NO_ACCOUNT: {
    exitCode: 2,
    httpStatus: 409,
    message: (d: { campaign: string }) =>
      `The campaign ${d.campaign} has no mailbox that can send (an imported one cannot). Give it one of provider smtp, google or microsoft.`,
  },
  UNKNOWN_ACCOUNT: {
    exitCode: 2,
    httpStatus: 404,
    message: (d: { address: string }) => `The tenant has no mailbox ${d.address} that can send (an imported one cannot).`,
  },
  CAMPAIGN_ENDED: {
    exitCode: 2,
    httpStatus: 409,
    message: (d: { campaign: string; status: string }) =>
      `The campaign ${d.campaign} is ${d.status} and cannot be started again. Make a new one.`,
  },
});
