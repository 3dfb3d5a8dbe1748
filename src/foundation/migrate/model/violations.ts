const meanings: Readonly<Record<string, string>> = {
  'primary-key': 'has no primary key',
  'row-security': 'holds rows of tenants without enabled and forced row security',
  owner: 'belongs to another role than the one that migrates',
  'valid-index': 'is an invalid index',
  'valid-constraint': 'is a constraint that was left not valid without saying so',
  'indexed-key': 'is a foreign key without an index that begins with its columns',
};

/**
 * What the built-in invariants found (`<rule> <object>`), in words; without what the file allows.
 *
 * @param allowed `<rule> <object>`, the object without quotes
 */
export function violationsOf(found: readonly string[], allowed: readonly string[]): string[] {
  return found
    .map((violation) => violation.replaceAll('"', ''))
    .filter((violation) => !allowed.includes(violation))
    .map((violation) => {
      const rule = violation.slice(0, violation.indexOf(' '));
      return `${violation.slice(rule.length + 1)} ${meanings[rule]} (${rule})`;
    });
}
