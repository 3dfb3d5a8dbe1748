import { flagName, type OptionsDefinition } from '../../../kernel/index.ts';
import { cliErrors } from '../errors.ts';

// Short forms of options that people type often.
const aliases: Readonly<Record<string, string>> = { data: 'platform-data-dir' };

/**
 * Takes the flags of options (`--<capability>-<key> value`) out of the arguments, wherever they stand.
 * What is left belongs to the commands.
 *
 * @throws PLINTH_CLI_MISSING_VALUE
 */
export function takeOptionFlags(
  argv: readonly string[],
  definitions: readonly OptionsDefinition[],
): { readonly flags: Readonly<Record<string, string>>; readonly rest: readonly string[] } {
  const known = new Set(
    definitions.flatMap(({ capability, schema }) => Object.keys(schema.properties).map((key) => flagName(capability, key))),
  );
  const flags: Record<string, string> = {};
  const rest: string[] = [];
  const queue = [...argv];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [given = '', inline] = splitOnce(word.slice(2));
    const name = aliases[given] ?? given;
    if (word === '--') {
      rest.push(word, ...queue);
      break;
    }
    if (!word.startsWith('--') || !known.has(name)) {
      rest.push(word);
      continue;
    }
    const value = inline ?? queue.shift();
    if (value === undefined) throw cliErrors.MISSING_VALUE({ flag: `--${given}` });
    flags[name] = value;
  }
  return { flags, rest };
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
