import { ident, literal, qualifiedIdent } from '../../model/sql-text.ts';
import { required, split } from './request.ts';
import type { Template } from './types.ts';

const usages = {
  policy: 'policy <schema.table> <name> --using <condition> [--check <condition>]',
  trigger: 'trigger <schema.table> <name> --as <statements of the body>',
  view: 'view <schema.view> --as <query>',
  extension: 'extension <name> --into <schema>',
} as const;

const policy: Template = {
  summary: 'A policy of row security, as a file of objects.',
  usage: usages.policy,
  draft(request) {
    const { name: table } = split(request.target, usages.policy);
    const where = qualifiedIdent(request.target);
    const name = required(request.columns[0]?.name, 'The name of the policy', usages.policy);
    const using = required(request.flags.using, 'Which rows are seen (--using)', usages.policy);
    const { check = using } = request.flags;
    return [
      {
        object: `${table}_${name}`,
        text: `alter table ${where} enable row level security, force row level security;
create policy ${ident(name)} on ${where} using (${using}) with check (${check});
`,
      },
    ];
  },
};

const trigger: Template = {
  summary: 'A row trigger and its function, as a file of objects.',
  usage: usages.trigger,
  draft(request) {
    const { schema, name: table } = split(request.target, usages.trigger);
    const name = required(request.columns[0]?.name, 'The name of the trigger', usages.trigger);
    const body = required(request.flags.as, 'What it does (--as)', usages.trigger).replace(/;?\s*$/, ';');
    const routine = `${ident(schema)}.${ident(`${table}_${name}`)}`;
    return [
      {
        object: `${table}_${name}`,
        text: `create or replace function ${routine}() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  ${body}
  return new;
end;
$$;
comment on function ${routine}() is ${literal(request.flags.comment ?? `Trigger ${name} of ${request.target}.`)};

create trigger ${ident(name)} before insert or update on ${qualifiedIdent(request.target)} for each row execute function ${routine}();
`,
      },
    ];
  },
};

const view: Template = {
  summary: 'A view with the rights and row security of who asks, as a file of objects.',
  usage: usages.view,
  draft(request) {
    const { name } = split(request.target, usages.view);
    const query = required(request.flags.as, 'The query (--as)', usages.view).replace(/;\s*$/, '');
    const where = qualifiedIdent(request.target);
    return [
      {
        object: name,
        text: `create or replace view ${where} with (security_invoker = true) as
${query};
comment on view ${where} is ${literal(request.flags.comment ?? `View ${name}.`)};
`,
      },
    ];
  },
};

const extension: Template = {
  summary: 'An extension, in a schema of yours.',
  usage: usages.extension,
  draft(request) {
    const schema = required(request.flags.into, 'The schema (--into)', usages.extension);
    const slug = request.target.replaceAll(/[^a-z0-9]+/g, '_');
    const up = `create extension ${ident(request.target)} with schema ${ident(schema)};\n`;
    return [{ slug: `install_${slug}`, up, down: `drop extension ${ident(request.target)};\n`, meta: { phase: 'expand' } }];
  },
};

export const objectTemplates: Readonly<Record<string, Template>> = { policy, trigger, view, extension };
