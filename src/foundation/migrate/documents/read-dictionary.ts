import type { Tier } from '../../../kernel/index.ts';
import { parser } from '../parse/index.ts';
import type { ColumnBody, ObjectKind, Snapshot, SnapshotObject } from '../snapshot/index.ts';
import type { Dictionary, DictionaryColumn, DictionaryFunction, DictionaryKey, DictionaryTable } from './model/dictionary.ts';

type Of<K extends ObjectKind> = Extract<SnapshotObject, { readonly kind: K }>;
type Table = Of<'table' | 'view' | 'materialized view'>;
type Constraint = Of<'constraint'>;

/** What a snapshot says, in words for people; partitions stand with their parent. Without `isWanted` everything in it. */
export async function dictionaryOf(
  tier: Tier,
  snapshot: Snapshot,
  isWanted: (object: SnapshotObject) => boolean = () => true,
): Promise<Dictionary> {
  const all = [...snapshot.objects.values()].sort((a, b) => (a.identity < b.identity ? -1 : 1));
  const parts = Map.groupBy(all, (object) => object.on ?? '');
  const tables = all.filter(isTable).filter((object) => isWanted(object) && !('bound' in object.body));
  const keys = await keysOf(all.filter((object) => object.kind === 'constraint'));
  return {
    tier,
    schemaHash: snapshot.rootHash,
    tables: tables.map((table) => tableOf(table, parts.get(table.name) ?? [], keys)),
    functions: all
      .filter((object) => object.kind === 'function' || object.kind === 'procedure')
      .filter(isWanted)
      .map(functionOf),
  };
}

const isTable = (object: SnapshotObject): object is Table => ['table', 'view', 'materialized view'].includes(object.kind);

function tableOf(table: Table, parts: readonly SnapshotObject[], keys: ReadonlyMap<string, Columns>): DictionaryTable {
  const { schema, name } = split(table.name);
  const constraints = parts.filter((part) => part.kind === 'constraint');
  const primary = constraints.find(({ body }) => body.type === 'primary key');
  const { body } = table;
  // Views are recorded without the order of their columns.
  const order = table.columnOrder ?? Object.keys(body.columns);
  return {
    schema,
    name,
    kind: 'partitionKey' in body && body.partitionKey ? 'partitioned table' : table.kind,
    ...(body.comment && { comment: body.comment }),
    isProtected: 'isRowSecured' in body && body.isRowSecured === true && body.isRowSecurityForced === true,
    columns: order.flatMap((column) => columnOf(column, body.columns[column])),
    primaryKey: (primary && keys.get(primary.identity)?.columns) ?? [],
    foreignKeys: constraints.flatMap((one) => foreignKey(one, keys.get(one.identity))),
    constraints: constraints.map((one) => ({ name: one.name, definition: one.body.definition })),
    indexes: parts
      .filter((part) => part.kind === 'index')
      .flatMap(({ name: index, body: { definition } }) => (definition ? [{ name: split(index).name, definition }] : [])),
    policies: parts
      .filter((part) => part.kind === 'policy')
      .map(({ name: policy, body: { command, using, check } }) => ({
        name: policy,
        definition: [`for ${command ?? 'all'}`, ...(using ? [`using ${using}`] : []), ...(check ? [`with check ${check}`] : [])].join(' '),
      })),
  };
}

function columnOf(name: string, body: ColumnBody | undefined): DictionaryColumn[] {
  if (!body) return [];
  const { type, isNotNull, default: value, identity, comment } = body;
  const given = identity ? `identity ${identity}` : value;
  return [{ name, type, isNullable: !isNotNull, ...(given && { default: given }), ...(comment && { comment }) }];
}

function foreignKey({ name, body }: Constraint, columns: Columns | undefined): DictionaryKey[] {
  if (body.type !== 'foreign key' || !body.references || !columns) return [];
  return [{ name, columns: columns.columns, target: body.references, targetColumns: columns.targets }];
}

function functionOf({ name, body }: Of<'function' | 'procedure'>): DictionaryFunction {
  const { schema, name: signature } = split(name);
  return { schema, signature, ...(body.comment && { comment: body.comment }) };
}

// Names come quoted where SQL needs it, so the first dot outside quotes parts them.
function split(name: string): { readonly schema: string; readonly name: string } {
  const schema = /^(?:"(?:[^"]|"")*"|[^".]+)(?=\.)/.exec(name)?.[0] ?? '';
  return { schema, name: schema ? name.slice(schema.length + 1) : name };
}

interface Columns {
  readonly columns: readonly string[];
  readonly targets: readonly string[];
}

interface Names {
  readonly String?: { readonly sval?: string };
}

/** The columns of primary and foreign keys by constraint: read out of their definitions, all in one parse. */
async function keysOf(constraints: readonly Constraint[]): Promise<Map<string, Columns>> {
  const keys = constraints.filter(({ body }) => body.type === 'primary key' || body.type === 'foreign key');
  // An empty text is an error to the parser.
  if (keys.length === 0) return new Map();
  const text = keys.map(({ body }) => `alter table t add ${body.definition};`).join('\n');
  const { stmts = [] } = await (await parser()).parse(text);
  const names = (list: unknown) => ((list ?? []) as readonly Names[]).map((one) => one.String?.sval ?? '');
  return new Map(
    keys.map(({ identity }, index) => {
      // The one command of an ALTER TABLE … ADD <constraint>.
      const tree = stmts[index]?.stmt as {
        AlterTableStmt: { cmds: { AlterTableCmd: { def: { Constraint: Record<string, unknown> } } }[] };
      };
      const definition = tree.AlterTableStmt.cmds[0]?.AlterTableCmd.def.Constraint ?? {};
      return [identity, { columns: names(definition.keys ?? definition.fk_attrs), targets: names(definition.pk_attrs) }];
    }),
  );
}
