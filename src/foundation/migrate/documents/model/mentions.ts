/** A name in a document that looks like one of the database's. */
export interface Mention {
  readonly line: number;
  /** As written: `schema.table`, `schema.table.column` or `schema.function()`. */
  readonly name: string;
}

const span = /`([^`\n]+)`/g;
const dotted = /^([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)(?:\.([a-z_][a-z0-9_]*))?(\(.*\))?$/;
// `content.md` is a file, whatever schemas there are.
const fileEnding = /\.(md|ts|tsx|js|mjs|json|sql|ya?ml|lock|html|css|sh|svg|dot|mmd|log|env)$/;
const allowed = /<!-- plinth:allow-name ([^>]*?) *-->/g;
const fence = /^\s*(```|~~~)/;

/**
 * Dotted names in code spans whose first part is a schema of ours. Code blocks are left out: they hold programs, in which a
 * dot means many things. Prose without code marks is not looked at, and a page may except names of something else:
 * `<!-- plinth:allow-name content.put, content.get -->`.
 */
export function mentionsIn(markdown: string, schemas: ReadonlySet<string>): Mention[] {
  const found: Mention[] = [];
  const others = new Set([...markdown.matchAll(allowed)].flatMap(([, names = '']) => names.split(/[\s,]+/)));
  let isInBlock = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (fence.test(line)) isInBlock = !isInBlock;
    if (isInBlock) continue;
    for (const [, text = ''] of line.matchAll(span)) {
      const schema = dotted.exec(text)?.[1];
      if (schema === undefined || !schemas.has(schema) || fileEnding.test(text) || others.has(bareName(text))) continue;
      found.push({ line: index + 1, name: text });
    }
  }
  return found;
}

/** What the mention is of, without arguments: `schema.table.column`. */
export const bareName = (name: string) => name.replace(/\(.*$/, '');
