import type { MigrationSource, Tier } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { takeSnapshot } from '../snapshot/index.ts';
import { type CheckedDocuments, checkDocuments } from './check-documents.ts';
import { layOut } from './draw.ts';
import { buildSchema, generatedFiles, writeGenerated } from './generated.ts';
import type { Dictionary } from './model/dictionary.ts';
import type { DiagramLayout } from './model/layout.ts';
import { dictionaryOf } from './read-dictionary.ts';
import { renamesIn } from './renames.ts';
import { recordDocuments } from './sql/queries/queries.gen.ts';

/** What is written about the schema, made from it and held against it. */
export interface Documents {
  /** The tier's tables and functions as they are in the real database now. Reads only. */
  dictionary(tier: Tier): Promise<Dictionary>;
  /** The same as a drawing: where each table and key would stand. */
  diagram(tier: Tier): Promise<DiagramLayout>;
  /**
   * Writes the product's dictionary, diagrams and pages below `docs/schema` of its folder, from its files alone: the same
   * files give the same bytes on every machine. Starts a shadow. Returns the paths that changed.
   *
   * @throws PLINTH_MIGRATE_NO_PRODUCT, PLINTH_MIGRATE_NO_SHADOW and what a migration throws
   */
  build(request?: { readonly signal?: AbortSignal }): Promise<readonly string[]>;
  /**
   * Finds generated files that are stale, and Markdown that names what does not exist. Starts a shadow; documents that agree are
   * recorded in `migrate.document_states`.
   *
   * @throws as `build`
   */
  check(request?: { readonly signal?: AbortSignal }): Promise<CheckedDocuments>;
}

export function openDocuments(context: Context): Documents {
  const dictionary = async (tier: Tier) => {
    const request = { tier, as: 'owner', isReadOnly: true, isolation: 'repeatable read', tag: 'migrate.dictionary' } as const;
    return dictionaryOf(tier, await context.connect.transaction(request, (tx) => takeSnapshot(tx)));
  };
  // Laying out a hundred tables takes a second of this thread, so it is done once per schema.
  const drawn = new Map<Tier, { readonly schemaHash: string; readonly layout: DiagramLayout }>();
  return {
    dictionary,
    async diagram(tier) {
      const now = await dictionary(tier);
      const known = drawn.get(tier);
      if (known?.schemaHash === now.schemaHash) return known.layout;
      const layout = await layOut(now);
      drawn.set(tier, { schemaHash: now.schemaHash, layout });
      return layout;
    },
    async build({ signal } = {}) {
      const source = productOf(context);
      return writeGenerated(source, await generatedFiles(await buildSchema(context, source, signal)));
    },
    async check({ signal } = {}) {
      const built = await buildSchema(context, productOf(context), signal);
      const checked = await checkDocuments(built, await renamesIn(context));
      await context.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'migrate.documents' }, (tx) =>
        recordDocuments.run(tx, { paths: [...checked.agreeing], schema_sha256: checked.schemaHash }),
      );
      return checked;
    },
  };
}

function productOf({ sources }: Context): MigrationSource {
  const product = sources.findLast(({ layout }) => layout === 'product');
  if (!product) throw migrateErrors.NO_PRODUCT();
  return product;
}
