const prefix = /^\s*(re|aw|antw|sv|vs|odp|rif|res|fwd?|wg|tr)\s*(\[\d+\]|\(\d+\)|\^\d+)?\s*:\s*/i;
const listTag = /^\s*\[[^\]]{1,40}\]\s*/;

export interface Subject {
  /** Without reply and forward prefixes. */
  readonly base: string;
  /** For comparing: base without list tags, lower case, single spaces, at most 200 characters. */
  readonly key: string;
  /** Whether it names itself an answer (a forward is none). */
  readonly isReply: boolean;
}

/** Takes a subject apart: `Re: [list] Re[2]: Tea` → base `[list] Tea`, key `tea`, a reply. */
export function readSubject(text: string): Subject {
  let rest = text;
  let tags = '';
  let isReply = false;
  for (;;) {
    const reply = prefix.exec(rest);
    if (reply) {
      if (!/^(fwd?|wg|tr)$/i.test(reply[1] ?? '')) isReply = true;
      rest = rest.slice(reply[0].length);
      continue;
    }
    const tag = listTag.exec(rest);
    if (!tag) break;
    if (!tags.includes(tag[0].trim())) tags += `${tag[0].trim()} `;
    rest = rest.slice(tag[0].length);
  }
  const key = [...rest.toLowerCase().replace(/\s+/g, ' ').trim()].slice(0, 200).join('');
  return { base: `${tags}${rest}`.trim(), key, isReply };
}
