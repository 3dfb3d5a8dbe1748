import type { GroupChange } from '../../../../foundation/migrate/index.ts';
import { quoteIdentifier as ident, quoteLiteral as literal } from '../../../../kernel/index.ts';
import { writePlace } from '../../model/places.ts';
import type { ProtectionPlan } from './plan.ts';

export const recipe = 'seal-column';
const maxNameBytes = 63;
const named = (words: readonly string[], suffix: string) => `${words.join('_').slice(0, maxNameBytes - suffix.length - 1)}_${suffix}`;

/**
 * The SQL of the change. No statement and no trigger has a key: what is sealed is made by the application, and the trigger only takes a
 * sealed value away that is not of the present text any more.
 *
 * Who has the truth: the column in clear, until everybody reads the sealed one; from then on that. A sealed value that is written alone
 * before is refused where nothing stands in clear, since old programs would find nothing; written alone afterwards it empties the column in clear.
 */
export function sealingChange(plan: ProtectionPlan): Omit<GroupChange, 'tier'> {
  const { name, place, sealed, index, purpose, isRequired } = plan;
  const { schema, table, column } = place;
  const where = `${ident(schema)}.${ident(table)}`;
  const [clear, target] = [ident(column), ident(sealed)];
  const routine = `${ident(schema)}.${ident(`sync_${name}`)}`;
  const trigger = ident(`zz_sync_${name}`);
  // As crypto.declare_column() names it.
  const guard = `${`${table}_${sealed}`.slice(0, 56)}_check`;
  const present = named([table, sealed], 'present_check');
  const isOpen = `${clear} is not null and ${target} is null`;
  const settings = { purpose, ...(index && { index: index.column, kind: index.kind }) };
  const columns = [sealed, ...(index ? [index.column] : [])];
  const definition = {
    table: where,
    old: [`${schema}.${table}.${column}`],
    new: [`${schema}.${table}.${sealed}`],
    filledBy: `plinth privacy protect ${writePlace(place)}`,
    finish: [
      `create index concurrently ${ident(named([table, column], 'open_idx'))} on ${where} (tenant_id) where ${isOpen}`,
      ...(index
        ? [
            `create ${index.isUnique ? 'unique ' : ''}index concurrently ${ident(named([table, index.column], index.isUnique ? 'key' : 'idx'))} on ${where} (tenant_id, ${ident(index.column)})`,
          ]
        : []),
      `alter table ${where} validate constraint ${ident(guard)}`,
      ...(isRequired ? [`alter table ${where} validate constraint ${ident(present)}`] : []),
    ],
    mismatch: isOpen,
    contract: [
      `drop trigger ${trigger} on ${where}`,
      `drop function ${routine}()`,
      `-- plinth:allow L67 asked once more under the lock: a row that was written in clear until now must not be lost
do $$
begin
  if exists (select from ${where} where ${isOpen}) then
    raise exception using message = ${literal(`rows of ${schema}.${table} are not sealed yet`)}, hint = ${literal(`Run: plinth privacy protect ${writePlace(place)}`)};
  end if;
end
$$`,
      // Not into the trash: that it goes is what all this is for.
      `alter table ${where} drop column ${clear}`,
      ...(isRequired
        ? [
            `-- plinth:allow L19 read once, under the lock that drops the column in clear\nalter table ${where} alter column ${target} set not null`,
          ]
        : []),
    ],
  };
  const up = `-- A sealed column beside the one in clear. Programs write both, or still the one in clear alone; rows are sealed by
-- "${definition.filledBy}", which also says what comes next.${plan.indexes.length > 0 ? `\n-- With the column in clear go in the end: ${plan.indexes.join(', ').replaceAll('\n', ' ')}` : ''}
${columns.map((one) => `alter table ${where} add column ${ident(one)} bytea;\n`).join('')}comment on column ${where}.${target} is ${literal(`${column}, sealed by the application.`)};
${index ? `comment on column ${where}.${ident(index.column)} is ${literal(`Blind index of ${column}.`)};\n` : ''}
-- plinth:allow valid-constraint ${guard} validated when all rows are sealed
select crypto.declare_column(${literal(where)}, ${literal(sealed)}, ${literal(JSON.stringify(settings))});
${
  isRequired
    ? `
-- plinth:allow L21 a check takes its place at once: the column in clear or the sealed one
alter table ${where} alter column ${clear} drop not null;
-- plinth:allow valid-constraint ${present} validated when all rows are sealed
alter table ${where} add constraint ${ident(present)} check (${clear} is not null or ${target} is not null) not valid;
`
    : ''
}
create function ${routine}() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  is_alone boolean := tg_op = 'INSERT' and new.${target} is not null and new.${clear} is null;
begin
  if tg_op = 'UPDATE' then
    if new.${clear}::text is distinct from old.${clear}::text then
      if new.${target} is not distinct from old.${target} then
        ${columns.map((one) => `new.${ident(one)} := null;`).join(' ')}
      end if;
      return new;
    end if;
    is_alone := new.${target} is distinct from old.${target};
  end if;
  if is_alone then
    if exists (select from migrate.groups g where g.name = ${literal(name)} and g.ring = 'all') then
      new.${clear} := null;
    elsif new.${clear} is null and new.${target} is not null then
      raise exception using errcode = 'check_violation', message = ${literal(`${column} of ${schema}.${table} is still read by programs, and was not written with ${sealed}`)},
        hint = ${literal(`Write both until all programs read ${sealed} (plinth privacy protect).`)};
    end if;
  end if;
  return new;
end
$$;
comment on function ${routine}() is ${literal(`Keeps ${sealed} of ${schema}.${table} from being of another text than ${column}. Goes with ${column}.`)};
revoke execute on function ${routine}() from public;

-- The name puts it behind other triggers: what they set is seen here.
-- plinth:allow L57 the columns and what guards them come at once; both change the catalog only
create trigger ${trigger} before insert or update on ${where} for each row execute function ${routine}();
`;
  const down = `drop trigger ${trigger} on ${where};
drop function ${routine}();
delete from crypto.encrypted_columns where schema_name = ${literal(schema)} and table_name = ${literal(table)} and column_name = ${literal(sealed)};
${columns.map((one) => `alter table ${where} drop column ${ident(one)};\n`).join('')}${isRequired ? `alter table ${where} alter column ${clear} set not null;\n` : ''}`;
  return { name, recipe, up, down, definition };
}
