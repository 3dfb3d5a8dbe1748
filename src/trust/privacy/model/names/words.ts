/**
 * A name as the words it is made of: `userEmail2`, `user_email` and `User-EMail` are what people read. Digits and signs separate and
 * fall away, accents too; the plural becomes the singular. Scripts without Latin letters have no words here.
 * `privacy.words()` says the same in SQL.
 */
export function wordsOf(name: string): readonly string[] {
  return (
    name
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .replaceAll('ß', 'ss')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  ).map(singular);
}

// English only, which is what plural names of tables and columns are made of nearly everywhere. Three letters are no plural: sms, ips.
function singular(word: string): string {
  if (word.length < 4) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(ss|x|z|ch|sh|us)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}
