import { migrateErrors } from '../errors.ts';
import { type Definition, type ObjectsContent, splitTarget } from '../parse/index.ts';
import { type ListDependantsRow, listDependants, resolveObjects } from '../sql/queries/queries.gen.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import type { SourceObjects } from './plan-database.ts';
import type { Run } from './run.ts';

// What CREATE OR REPLACE answers when the old object has another shape, and plain CREATE when there is one.
const notReplaceable = new Set(['42P13', '42P16', '42P07', '42723', '42710']);

const keyOf = ({ classid, objid }: { readonly classid: number; readonly objid: number }) => `${classid}/${objid}`;

/** Applies definitions in order inside the open transaction. What cannot be replaced in place is dropped and made again with its dependants. */
export class ObjectReplacer {
  readonly #run: Run;
  readonly #objects: SourceObjects;
  readonly #contents: readonly ObjectsContent[];
  /** Existing objects by what DROP calls them. */
  #existing = new Map<string, { readonly classid: number; readonly objid: number }>();
  /** Existing objects whose definition is still to come: they are not made again from the catalog. */
  readonly #ahead = new Map<string, string>();
  /** Their grants and comments, for when they are there again. */
  readonly #later: string[] = [];
  readonly #gone = new Set<string>();

  constructor(run: Run, objects: SourceObjects, contents: readonly ObjectsContent[]) {
    this.#run = run;
    this.#objects = objects;
    this.#contents = contents;
  }

  async apply(): Promise<void> {
    const stale = this.#staleTargets();
    await this.#resolve([...this.#contents.flatMap(({ definitions }) => definitions.flatMap(({ target }) => target ?? [])), ...stale]);
    for (const { definitions } of this.#contents) {
      for (const { target } of definitions) {
        const found = target && this.#existing.get(target);
        if (target && found) this.#ahead.set(keyOf(found), target);
      }
    }
    for (const content of this.#contents) {
      for (const definition of content.definitions) await this.#applyOne(content, definition, stale);
    }
    for (const sql of this.#later) await this.#send(sql);
    await this.#dropStale(stale.filter((target) => !this.#gone.has(target)));
  }

  /** What the files of this source had defined and do not define any more. */
  #staleTargets(): string[] {
    const changed = new Set(this.#contents.map(({ file }) => file.id));
    const kept = new Set(this.#contents.flatMap(({ definitions }) => definitions.flatMap(({ target }) => target ?? [])));
    const removed = new Set(this.#objects.removed.map(({ id }) => id));
    for (const { id, defines } of this.#objects.recorded)
      if (!changed.has(id) && !removed.has(id)) for (const target of defines) kept.add(target);
    return this.#objects.recorded.flatMap(({ defines }) => defines).filter((target) => !kept.has(target));
  }

  async #applyOne(content: ObjectsContent, definition: Definition, stale: readonly string[]): Promise<void> {
    const { target, name, isDroppedFirst } = definition;
    if (target === undefined) return this.#create(content, definition);
    const own = this.#existing.get(target);
    if (own) this.#ahead.delete(keyOf(own));
    // An older overload of the same name: left in place, calls would become ambiguous.
    const older = stale.filter((other) => other.startsWith(`${name}(`) && !this.#gone.has(other) && this.#existing.has(other));
    if (older.length > 0 || (isDroppedFirst && own)) return this.#replace(content, definition, older);
    await this.#send('savepoint plinth_object');
    try {
      await this.#create(content, definition);
      await this.#send('release savepoint plinth_object');
    } catch (error) {
      await this.#send('rollback to savepoint plinth_object');
      await this.#resolve([target]);
      if (!notReplaceable.has(stateOf(error) ?? '') || !this.#existing.has(target)) throw error;
      await this.#replace(content, definition, []);
    }
  }

  /** Drops `older` overloads and the object itself with all that depends on them, makes it new, and makes those again. */
  async #replace(content: ObjectsContent, definition: Definition, older: readonly string[]): Promise<void> {
    const own = this.#existing.get(definition.target ?? '');
    const rows = new Map<string, ListDependantsRow>();
    for (const object of [own, ...older.map((target) => this.#existing.get(target))]) {
      if (!object) continue;
      for (const row of await listDependants.all(this.#run.session, object)) {
        const known = rows.get(keyOf(row));
        if (!known || known.depth < row.depth) rows.set(keyOf(row), row);
      }
    }
    const inOrder = [...rows.values()].sort((a, b) => a.depth - b.depth);
    const held = inOrder.filter(({ depth, definition: made }) => depth > 0 && made === null);
    if (held.length > 0) throw migrateErrors.OBJECT_HELD({ object: definition.target ?? '', dependants: held.map(({ words }) => words) });
    for (const { words } of inOrder.toReversed()) await this.#send(`drop ${words} restrict`);
    for (const target of older) this.#gone.add(target);
    await this.#create(content, definition);
    for (const row of inOrder) {
      if (row.depth === 0) {
        if (own && keyOf(row) === keyOf(own)) for (const sql of row.adornments) await this.#send(sql);
      } else if (this.#ahead.has(keyOf(row))) {
        this.#later.push(...row.adornments);
      } else {
        await this.#send(row.definition ?? '', `${row.words} depends on ${definition.target} and does not fit its new form`);
        for (const sql of row.adornments) await this.#send(sql);
      }
    }
  }

  /** Drops what no file defines any more: in any order that works, never with CASCADE. */
  async #dropStale(targets: readonly string[]): Promise<void> {
    await this.#resolve(targets);
    let left = targets.filter((target) => this.#existing.has(target));
    while (left.length > 0) {
      const held: string[] = [];
      for (const target of left) {
        await this.#send('savepoint plinth_object');
        try {
          await this.#send(`drop ${target} restrict`);
          await this.#send('release savepoint plinth_object');
        } catch (error) {
          if (stateOf(error) !== '2BP01') throw error;
          await this.#send('rollback to savepoint plinth_object');
          held.push(target);
        }
      }
      if (held.length === left.length) {
        const [target = ''] = held;
        const rows = await listDependants.all(this.#run.session, this.#existing.get(target) as { classid: number; objid: number });
        throw migrateErrors.OBJECT_HELD({ object: target, dependants: rows.filter(({ depth }) => depth > 0).map(({ words }) => words) });
      }
      left = held;
    }
  }

  async #create({ file }: ObjectsContent, { statement }: Definition): Promise<void> {
    try {
      await this.#send(statement.sql);
    } catch (error) {
      const place = placeOf(error, file.path, file.text, -Array.from(file.text.slice(0, statement.offset)).length);
      throw migrateErrors.FAILED({ id: file.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) }, { cause: error });
    }
  }

  async #send(text: string, doing?: string): Promise<void> {
    try {
      await this.#run.session.query({ text });
    } catch (error) {
      if (doing === undefined) throw error;
      const id = `${this.#objects.source}/objects`;
      throw migrateErrors.FAILED(
        { id, place: `${text}\n`, reason: `${doing}: ${reasonOf(error)}`, remedy: remedyOf(undefined) },
        { cause: error },
      );
    }
  }

  async #resolve(targets: readonly string[]): Promise<void> {
    const split = targets.map(splitTarget);
    const found = await resolveObjects.all(this.#run.session, {
      targets: [...targets],
      kinds: split.map(({ kind }) => kind),
      names: split.map(({ name }) => name),
      relations: split.map(({ relation }) => relation),
    });
    for (const target of targets) this.#existing.delete(target);
    for (const { target, classid, objid } of found) this.#existing.set(target, { classid, objid });
  }
}
