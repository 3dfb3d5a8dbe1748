import { account, type Journey, journey, type Plan, render } from './plan.ts';
import { randomFor } from './random.ts';
import { answers, replies, steps, thanks } from './words.ts';

// Above this many conversations per mailbox the answers are known by their time only: a demo needs no million bodies.
const mostConversations = 2_000;

/** What came into a mailbox and what was answered from it, as an mbox: replies, our answers, returned mail. */
export function* mailboxOf(plan: Plan, accountNumber: number): Generator<Buffer> {
  let conversations = 0;
  for (let number = 0; number < plan.leads && conversations < mostConversations; number++) {
    const way = journey(plan, number);
    if (way.account !== accountNumber) continue;
    const messages = way.end === 'replied' ? conversation(plan, number, way) : way.end === 'bounced' ? [returned(plan, way)] : [];
    if (messages.length > 0) conversations += 1;
    for (const { sent, text } of messages) {
      yield Buffer.from(`From ${plan.slug}@${plan.domain} ${asctime(sent)}\n${text.trimEnd().replace(/^From /gm, '>From ')}\n\n`);
    }
  }
}

const asctime = (date: Date) => {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} ${year}`;
};

function conversation(plan: Plan, number: number, way: Journey): { sent: Date; text: string }[] {
  const random = randomFor(plan.seed, 'conversation', number);
  const us = account(plan, way.account);
  const them = { name: `${way.lead.firstName} ${way.lead.lastName}`, address: way.lead.address };
  const last = way.sendings.at(-1) as Journey['sendings'][number];
  const ids = way.sendings.map((sending) => sending.messageId);
  const subject = `Re: ${render(steps[0]?.subject ?? '', way.lead)}`;
  const quoted = render(steps[last.position]?.body ?? '', way.lead).replace(/^/gm, '> ');
  const messages: { sent: Date; text: string }[] = [];
  let sent = last.replied as Date;
  const add = (isOurs: boolean, body: string, isRich: boolean) => {
    if (sent > plan.until) return;
    const id = `${number}.${messages.length}@${plan.domain}`;
    const [sender, receiver] = isOurs ? [us, them] : [them, us];
    const head = [
      `From: ${sender.name} <${sender.address}>`,
      `To: ${receiver.name} <${receiver.address}>`,
      `Subject: ${subject}`,
      `Date: ${sent.toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${id}>`,
      `In-Reply-To: <${ids.at(-1)}>`,
      `References: ${ids.map((known) => `<${known}>`).join('\n ')}`,
      'MIME-Version: 1.0',
    ];
    messages.push({ sent, text: `${head.join('\n')}\n${isRich ? withSummary(body, id) : plain(body)}` });
    ids.push(id);
    sent = new Date(sent.getTime() + 600_000 + Math.floor(random.delayMs(5 * 3_600_000)));
  };
  add(false, `Hello,\n\n${random.pick(replies)}\n${them.name}\n${way.lead.title}\n\n${quoted}`, false);
  if (random.chance(0.7)) add(true, `Hello ${way.lead.firstName},\n\n${random.pick(answers)}\n${us.name}\n`, random.chance(0.5));
  if (messages.length > 1 && random.chance(0.5)) add(false, `${random.pick(thanks)}\n${them.name}\n`, false);
  return messages;
}

const plain = (body: string) => `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${body}`;

/** The same attachment in every such mail: kept once. */
const summary = Buffer.from(
  `measure;before;after\n${Array.from({ length: 120 }, (_, i) => `week ${i + 1};${90 - (i % 7)};${12 + (i % 5)}`).join('\n')}\n`,
)
  .toString('base64')
  .replace(/.{76}/g, '$&\n');

function withSummary(body: string, id: string): string {
  const boundary = `=_${id.replace(/\W/g, '')}`;
  const html = `<html><body>${body.replace(/\n\n/g, '</p><p>').replace(/\n/g, '<br>')}</body></html>`;
  const parts = [
    plain(body),
    `Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${html}\n`,
    `Content-Type: text/csv; name="summary.csv"\nContent-Disposition: attachment; filename="summary.csv"\nContent-Transfer-Encoding: base64\n\n${summary}\n`,
  ];
  return `Content-Type: multipart/mixed; boundary="${boundary}"\n\n${parts.map((part) => `--${boundary}\n${part}`).join('\n')}\n--${boundary}--\n`;
}

function returned(plan: Plan, way: Journey): { sent: Date; text: string } {
  const first = way.sendings[0] as Journey['sendings'][number];
  const sent = first.bounced as Date;
  const head = [
    `From: Mail Delivery System <mailer-daemon@${plan.domain}>`,
    `To: ${account(plan, way.account).address}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Date: ${sent.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <bounce.${first.messageId}>`,
    `References: <${first.messageId}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
  ];
  return {
    sent,
    text: `${head.join('\n')}\n${plain(`The message to <${way.lead.address}> was not delivered:\n550 5.1.1 User unknown\n`)}`,
  };
}
