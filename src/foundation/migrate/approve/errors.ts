import { defineErrors } from '../../../kernel/index.ts';

const list = (lines: readonly string[]) => lines.map((line) => `\n  ${line}`).join('');

export const approvalErrors = defineErrors('MIGRATE', {
  NOT_APPROVED: {
    exitCode: 4,
    httpStatus: 409,
    message: (d: { planHash: string; missing: readonly string[] }) =>
      `Plan ${d.planHash.slice(0, 12)} is not approved for production; missing:${list(d.missing)}\nLet somebody else look at "plinth migrate impact" and give "plinth migrate approve --reason …"; nothing was started.`,
  },
  NO_KEY: { exitCode: 2, message: () => 'A signed approval needs your private key: add --key <file> (Ed25519, PEM).' },
  NOTHING_TO_APPROVE: { exitCode: 4, httpStatus: 409, message: () => 'Nothing is pending here, so there is nothing to approve.' },
  NOT_REHEARSED: {
    exitCode: 4,
    httpStatus: 409,
    message: (d: { planHash: string }) =>
      `Plan ${d.planHash.slice(0, 12)} was not rehearsed, so nobody knows what it locks. Run "plinth migrate rehearse", look at it, then approve.`,
  },
  REHEARSAL_FAILED: {
    exitCode: 4,
    httpStatus: 409,
    message: (d: { failed: readonly string[] }) => `The rehearsal of this plan failed:${list(d.failed)}\nCorrect it and rehearse again.`,
  },
  LINT_ERRORS: {
    exitCode: 4,
    httpStatus: 409,
    message: (d: { errors: readonly string[] }) =>
      `Lint objects to this plan:${list(d.errors)}\nTake the safe way ("plinth migrate lint" says which), or waive it in the file with a reason.`,
  },
  OWN_CHANGE: {
    exitCode: 4,
    httpStatus: 403,
    message: (d: { approver: string; authors: readonly string[] }) =>
      `${d.approver} wrote a part of this plan (authors: ${d.authors.join(', ')}) and cannot approve it. Ask somebody else.`,
  },
  NO_APPROVER: { httpStatus: 403, message: () => 'Nobody is signed in, so nobody can approve. Sign in to the console.' },
  BAD_SIGNATURE: {
    exitCode: 4,
    httpStatus: 400,
    message: (d: { approver: string; reason: string }) =>
      `The signed approval of ${d.approver} is not accepted: ${d.reason}. Check the file, and their public key in the folder of migrate.approverKeys.`,
  },
  NOT_FITTING: {
    exitCode: 4,
    httpStatus: 409,
    message: (d: { approver: string; because: string }) =>
      `The signed approval of ${d.approver} does not fit what is pending here: ${d.because}. Let it be given again.`,
  },
  NOT_THIS_PLAN: {
    exitCode: 4,
    message: (d: { asked: string; pending: string }) =>
      `Pending is plan ${d.pending}, not ${d.asked}, nor what is left of it. Check out the files that belong to it; nothing was started.`,
  },
  NO_BACKUP: {
    exitCode: 4,
    message: (d: { because: string }) =>
      `This plan is of high risk, and ${d.because}. Restore and verify a backup first; nothing was started.`,
  },
});
