/** What a template may speak of: `{{first_name}}`, `{{custom.size}}` … */
export interface TemplateFields {
  readonly first_name: string;
  readonly last_name: string;
  readonly title: string;
  readonly company: string;
  readonly custom: Readonly<Record<string, unknown>>;
}

export interface Rendered {
  readonly text: string;
  /** Placeholders that name no field; they are left out of the text. */
  readonly unknown: readonly string[];
}

const plain = ['first_name', 'last_name', 'title', 'company'] as const;

/** Fills the placeholders of a template. What a field holds is text: placeholders in it are not looked at again. */
export function render(template: string, fields: TemplateFields): Rendered {
  const unknown: string[] = [];
  const text = template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) => {
    const known = plain.find((field) => field === name);
    if (known) return fields[known];
    const own = name.startsWith('custom.') ? fields.custom[name.slice('custom.'.length)] : undefined;
    if (typeof own === 'string' || typeof own === 'number') return String(own);
    unknown.push(name);
    return '';
  });
  return { text, unknown };
}
