const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The files of a new capability by path: what each has in common with all others, and nothing more. */
export function writeCapability(layer: string, name: string): Readonly<Record<string, string>> {
  const type = title(name);
  return {
    'README.md': `# ${name}

What problem it solves, for whom, in two sentences.

## Invariants

|     | what holds                             | what enforces it     |
| --- | -------------------------------------- | -------------------- |
| I1  | What was closed is not opened by itself. | \`${name}.ts\`, dispose |

## When it fails

- What can go wrong, what is seen then, and what to do.
`,
    'index.ts': `export type * from './model/types.ts';
export { open${type} } from './${name}.ts';
export { type ${type}Options, ${name}Options } from './options.ts';
`,
    [`${name}.ts`]: `import type { Clock, Log } from '../../kernel/index.ts';
import type { ${type} } from './model/types.ts';
import type { ${type}Options } from './options.ts';

export interface ${type}Deps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens ${name}. */
export async function open${type}(_deps: ${type}Deps, _options: ${type}Options): Promise<${type}> {
  let isOpen = true;
  return {
    get isOpen() {
      return isOpen;
    },
    async [Symbol.asyncDispose]() {
      isOpen = false;
    },
  };
}
`,
    'options.ts': `import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const ${name}Options = defineOptions('${name}', Type.Object({}));

export type ${type}Options = OptionsOf<typeof ${name}Options>;
`,
    'manifest.ts': `import type { Manifest } from '../../kernel/index.ts';
import { type ${type}Options, ${name}Options } from './options.ts';

export const manifest: Manifest = {
  name: '${name}',
  layer: '${layer}',
  requires: [],
  tiers: [],
  options: ${name}Options,
  async open({ clock, log, options }) {
    const { open${type} } = await import('./${name}.ts');
    return open${type}({ clock, log }, options as ${type}Options);
  },
};
`,
    'model/types.ts': `/** What ${name} gives to whoever opened it. */
export interface ${type} extends AsyncDisposable {
  readonly isOpen: boolean;
}
`,
    [`${name}.test.ts`]: `import { expect, test } from 'vitest';
import { silentLog, systemClock } from '../../kernel/index.ts';
import { open${type} } from './${name}.ts';

test('[I1] closed stays closed', async () => {
  const ${name} = await open${type}({ clock: systemClock, log: silentLog }, {});
  expect(${name}.isOpen).toBe(true);
  await ${name}[Symbol.asyncDispose]();
  expect(${name}.isOpen).toBe(false);
});
`,
  };
}
