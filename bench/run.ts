/** `npm run bench [-- <name>…]`: runs benches one after the other and prints their tables. Without names it lists them. */
import { globSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench, BenchResult } from './bench.ts';

const known = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'run' && name !== 'bench')
  .sort();

const load = async (name: string): Promise<Bench> => (await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)).default;

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`No bench is named ${unknown}. There are: ${known.join(', ') || 'none'}.`);
  process.exitCode = 2;
} else if (wanted.length === 0) {
  for (const name of known) console.log(`${name.padEnd(24)} ${(await load(name)).claim}`);
} else {
  console.log(machine());
  for (const name of wanted) {
    const bench = await load(name);
    console.log(`\n${bench.name}: ${bench.claim}`);
    console.log(table(await bench.run()));
  }
}

function machine(): string {
  const gib = (totalmem() / 2 ** 30).toFixed(1);
  return `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? process.arch}, ${gib} GiB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}

function table({ columns, rows, ratios }: BenchResult): string {
  const lines = [columns, ...rows.map((row) => row.map(cell))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const isNumeric = columns.map((_, index) => rows.every((row) => typeof row[index] === 'number'));
  const text = lines.map((line) =>
    line
      .map((value, index) => (isNumeric[index] ? value.padStart(widths[index] ?? 0) : value.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [...text, ...Object.entries(ratios).map(([name, ratio]) => `ratio ${name}: ${ratio.toFixed(2)}`)].join('\n');
}

function cell(value: string | number): string {
  return typeof value === 'string' || Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
