import { jsonText } from '../../model/json-text.ts';

const longestResult = 65_536;

/** What is kept of what a handler gives, as JSON; neither for nothing, and why where it cannot be kept. */
export function keptResult(value: unknown): { readonly text?: string; readonly why?: string } {
  if (value === undefined || value === null) return {};
  const text = jsonText(value);
  if (text === undefined) return { why: 'has no JSON' };
  if (text.length <= longestResult) return { text };
  return { why: `is ${text.length} characters of JSON, and ${longestResult} bytes are kept` };
}
