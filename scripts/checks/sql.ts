import { parse, type ScanToken, scan } from 'libpg-query';
import { type Check, type Finding, lineAt, listFiles, read } from './files.ts';

/** How SQL is written: keywords in lower case, timestamps named by a past participle. Read with PostgreSQL's own scanner and parser. */
export const checkSql: Check = async (root) => {
  const files = listFiles(root).filter((file) => file.endsWith('.sql') && !file.includes('/fixtures/'));
  const findings = await Promise.all(files.map((file) => checkFile(file, read(root, file))));
  return findings.flat();
};

async function checkFile(file: string, text: string): Promise<Finding[]> {
  try {
    return [...(await upperCaseKeywords(file, text, 0, text)), ...(await suffixedTimestamps(file, text))];
  } catch (error) {
    return [{ file, message: (error as Error).message }];
  }
}

async function upperCaseKeywords(file: string, text: string, offset: number, whole: string): Promise<Finding[]> {
  const { tokens } = await scan(text);
  // The scanner counts bytes.
  const bytes = Buffer.from(text);
  const findings: Finding[] = [];
  for (const token of tokens) {
    const start = offset + bytes.toString('utf8', 0, token.start).length;
    if (isLoudKeyword(token)) findings.push({ file, line: lineAt(whole, start), message: `${token.text}: keywords are lower case` });
    const body = token.tokenName === 'SCONST' ? /^(\$\w*\$)([\s\S]*)\1$/.exec(token.text) : null;
    if (body?.[1] !== undefined && body[2] !== undefined) {
      findings.push(...(await upperCaseKeywords(file, body[2], start + body[1].length, whole).catch(() => [])));
    }
  }
  return findings;
}

const isLoudKeyword = (token: ScanToken) => token.keywordKind > 0 && /[A-Z]/.test(token.text);

// Statements of named queries carry parameters the parser does not know; they create no columns.
async function suffixedTimestamps(file: string, text: string): Promise<Finding[]> {
  if (file.includes('/queries/')) return [];
  const { stmts = [] } = await parse(text);
  const findings: Finding[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object') {
      const column = (value as { ColumnDef?: { colname?: string; location?: number } }).ColumnDef;
      if (column?.colname && /_(at|on|timestamp)$/.test(column.colname)) {
        const line = lineAt(Buffer.from(text).toString('utf8', 0, column.location ?? 0), Number.POSITIVE_INFINITY);
        findings.push({ file, line, message: `column ${column.colname}: a timestamp is named by a past participle alone (created, sent)` });
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(stmts);
  return findings;
}
