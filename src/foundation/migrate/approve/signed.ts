import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../kernel/index.ts';
import type { PlanItem } from '../rehearse/index.ts';
import { approvalErrors } from './errors.ts';
import type { Approval } from './types.ts';

/** An approval with the plan it is for, as it is signed. */
export type SignedApproval = Approval & { readonly plan: readonly PlanItem[] };

/** Two lines: the approval as JSON, and its signature. */
export function signApproval(approval: SignedApproval, privateKey: string): string {
  const line = JSON.stringify(approval);
  return `${line}\n${sign(null, Buffer.from(line), createPrivateKey(privateKey)).toString('base64')}\n`;
}

/** @param keys folder with `<approver>.pem` @throws PLINTH_MIGRATE_BAD_SIGNATURE */
export function readSigned(text: string, keys: string | undefined): SignedApproval {
  const [line = '', signature = ''] = text.split('\n');
  const approval = parse(line);
  const { approver } = approval;
  const refuse = (reason: string) => approvalErrors.BAD_SIGNATURE({ approver, reason });
  if (keys === undefined) throw refuse('no folder of public keys is configured');
  // The name becomes a file name.
  if (!/^[\w@+-][\w.@+-]*$/.test(approver)) throw refuse('its name is not one of a key');
  let isGood: boolean;
  try {
    isGood = verify(
      null,
      Buffer.from(line),
      createPublicKey(readFileSync(join(keys, `${approver}.pem`))),
      Buffer.from(signature, 'base64'),
    );
  } catch (error) {
    throw refuse(messageOf(error));
  }
  if (!isGood) throw refuse('the signature does not fit its bytes');
  return approval;
}

function parse(line: string): SignedApproval {
  try {
    const found = JSON.parse(line) as SignedApproval;
    if (typeof found.approver === 'string' && Array.isArray(found.plan)) return found;
  } catch {
    // Said below.
  }
  throw approvalErrors.BAD_SIGNATURE({ approver: 'unknown', reason: 'it is not a signed approval' });
}
