import { quoteLiteral } from '../../../../kernel/index.ts';
import { categories, categoryNames } from '../categories.ts';
import { type CompiledRule, compiledRules } from './judge-name.ts';
import { countingWords, trailingWords } from './rules.ts';

const list = (items: readonly string[]) => quoteLiteral(`{${items.join(',')}}`);

/** The rules by name as views, for `privacy.auto_classify_data()`: what `sql/objects/categories.sql` has to be. */
export function renderNameRules(): string {
  const groups = Map.groupBy(compiledRules.values(), (rule) => JSON.stringify([rule.category, rule.weight, rule.holds]));
  const rules = Array.from(groups.values(), (group) => {
    const { category, weight, holds } = group[0] as CompiledRule;
    return `  (${quoteLiteral(category)}, ${weight}, ${list(holds)}, ${list(group.map(({ phrase }) => phrase))})`;
  });
  const kinds = categoryNames.map((name) => {
    const { level, sensitivity, isEncryptionRequired, compliance, label } = categories[name];
    return `  (${[quoteLiteral(name), quoteLiteral(level), sensitivity, isEncryptionRequired, list(compliance), quoteLiteral(label)].join(', ')})`;
  });
  return `-- Made from model/categories.ts and model/names/rules.ts by \`vitest -u\` on render-sql.test.ts. Edit those.

create or replace view privacy.categories (category, classification_level, sensitivity_score, encryption_required, compliance, label) with (security_invoker) as
select v.category, v.level, v.score, v.encrypted, v.compliance::text[], v.label from (values
${kinds.join(',\n')}
) v (category, level, score, encrypted, compliance, label);
comment on view privacy.categories is 'Kinds of data that are told apart, and how each is classified when nothing else is said.';

create or replace view privacy.name_rules (phrase, category, weight, holds) with (security_invoker) as
select p.phrase, v.category, v.weight::double precision, v.holds::text[] from (values
${rules.join(',\n')}
) v (category, weight, holds, phrases), unnest(v.phrases::text[]) p (phrase);
comment on view privacy.name_rules is 'Phrases at the end of a column''s name, what they speak for, how surely, and which types can hold it. Category none denies.';

create or replace view privacy.name_particles (word, kind) with (security_invoker) as
select p.word, v.kind from (values
  ('trailing', ${list(trailingWords)}),
  ('counting', ${list(countingWords)})
) v (kind, words), unnest(v.words::text[]) p (word);
comment on view privacy.name_particles is 'Words of names that say which (trailing) or how many (counting), not what.';
`;
}
