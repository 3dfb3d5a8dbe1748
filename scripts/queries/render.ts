import { basename } from 'node:path';
import { kernelImport, type SqlFolder, sourceHash } from './capabilities.ts';
import type { TypedStatement } from './describe.ts';

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (name: string) => camel(`_${name}`);
const property = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** The text of `queries.gen.ts`. The same statements and types always give the same bytes. */
export function render(folder: SqlFolder, statements: readonly TypedStatement[], base?: string): string {
  return `// Made by \`npm run generate\` from ${folder.queries.map((path) => basename(path)).join(', ')}; do not edit.
// sources: ${sourceHash(folder)}
import { defineQuery } from '${kernelImport(folder, base)}';
${statements.map((statement) => renderStatement(folder.name, statement)).join('')}`;
}

function renderStatement(capability: string, { name, doc, text, params, paramTypes, columns }: TypedStatement): string {
  const typeName = pascal(name);
  const paramLines = params.map(
    (param, index) => `  readonly ${property(param.name)}: ${orNull(paramTypes[index] ?? 'string', param.isNullable)};`,
  );
  const columnLines = columns.map((column) => `  readonly ${property(column.name)}: ${orNull(column.type, column.isNullable)};`);
  const literal = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `
${shape(`${typeName}Params`, paramLines)}
${shape(`${typeName}Row`, columnLines)}
${doc.length > 0 ? `/**\n${doc.map((line) => ` * ${line.replaceAll('*/', '*\\/')}`.trimEnd()).join('\n')}\n */\n` : ''}export const ${camel(name)} = defineQuery<${typeName}Params, ${typeName}Row>('${capability}.${name}', [${params
    .map((param) => `'${param.name}'`)
    .join(', ')}], \`${literal}\`);
`;
}

function shape(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `export type ${name} = Record<string, never>;` : `export interface ${name} {\n${lines.join('\n')}\n}`;
}

const orNull = (type: string, isNullable: boolean) => (isNullable && type !== 'unknown' ? `${type} | null` : type);
