/** After so many days a mailbox is taken for warm. */
export const warmUpDays = 30;
const [firstDay, eachDay, mostADay] = [2, 2, 50];

/**
 * Messages of a mailbox on a day of its warm-up, from 0; undefined when that is over. Half of what it may send at most: the rest is for
 * campaigns.
 */
export function warmUpMessages(day: number, dailyLimit: number): number | undefined {
  if (day >= warmUpDays) return undefined;
  return Math.min(firstDay + eachDay * day, mostADay, Math.floor(dailyLimit / 2));
}

const letters = [
  ['Monday', 'Can we move our call to Monday? The room is free from ten.'],
  ['Notes from today', 'Thank you for your time today. I will send the notes when they are complete.'],
  ['The draft', 'The draft reads well. I have two remarks and bring them along tomorrow.'],
  ['Lunch', 'Shall we have lunch on Thursday? The place at the corner is open again.'],
  ['Numbers', 'The numbers for last week are in. They are a little better than we thought.'],
  ['Travel', 'I have booked the train at eight. Let us meet on the platform.'],
] as const;

/** What one of them says; the same for the same number. */
export function warmUpLetter(number: number): { readonly subject: string; readonly text: string } {
  const [subject, text] = letters[number % letters.length] as (typeof letters)[number];
  return { subject, text: `Hello,\n\n${text}\n` };
}
