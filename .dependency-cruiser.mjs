import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import swcVisitor from '@swc/core/Visitor.js';

// dependency-cruiser reads TypeScript through the API of TypeScript < 7 or swc; swc's visitor stops at `using`.
const { visitStatement } = swcVisitor.Visitor.prototype;
swcVisitor.Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

// The import rules of docs/guides/contributing.md. Layers and `requires` are read from the sources, so a new capability needs no line here.
const layers = ['kernel', 'foundation', 'trust', 'data', 'operate', 'serve', 'platform'];
const capabilities = globSync('src/{foundation,trust,data,operate,serve}/*/index.ts').map((path) => {
  const [, layer, name] = path.split(/[\\/]/);
  const manifest = join('src', layer, name, 'manifest.ts');
  const text = existsSync(manifest) ? readFileSync(manifest, 'utf8') : '';
  const requires = [...(/requires: \[([^\]]*)\]/.exec(text)?.[1].matchAll(/'([^']+)'/g) ?? [])].map((match) => match[1]);
  return { layer, name, requires };
});

const tests = String.raw`(\.test\.ts$|/test/|^tests/)`;
const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const layerRules = layers
  .slice(0, -1)
  .map((layer, index) =>
    error(
      `layers-look-down-from-${layer}`,
      'A need that points upward becomes an interface owned by the lower side and filled by platform.',
      { path: `^src/${layer}/`, pathNot: tests },
      { path: `^src/(${layers.slice(index + 1).join('|')})/` },
    ),
  );

const siblingRules = capabilities.flatMap(({ layer, name, requires }) => {
  const others = capabilities.filter((other) => other.layer === layer && other.name !== name && !requires.includes(other.name));
  if (others.length === 0) return [];
  return error(
    `${name}-requires`,
    `Inside a layer a capability imports only what its manifest requires (${name}: ${requires.join(', ') || 'nothing'}).`,
    { path: `^src/${layer}/${name}/`, pathNot: tests },
    { path: `^src/${layer}/(${others.map((other) => other.name).join('|')})/` },
  );
});

export default {
  forbidden: [
    ...layerRules,
    ...siblingRules,
    error(
      'one-door',
      'Another capability is reached through its index.ts only; it is the part that is kept stable.',
      { path: '^src/([^/]+)/([^/]+)/', pathNot: `${tests}|^src/platform/` },
      { path: '^src/(foundation|trust|data|operate|serve)/[^/]+/', pathNot: ['^src/$1/$2/', String.raw`^src/[^/]+/[^/]+/index\.ts$`] },
    ),
    error(
      'one-door-for-platform',
      'Platform sees doors and manifests.',
      { path: '^(src/platform|blueprints|bin)/', pathNot: tests },
      { path: '^src/(foundation|trust|data|operate|serve)/[^/]+/', pathNot: [String.raw`^src/[^/]+/[^/]+/(index|manifest)\.ts$`] },
    ),
    error(
      'kernel-has-one-door',
      'The kernel is imported as a whole.',
      { path: '^src/', pathNot: '^src/kernel/' },
      { path: '^src/kernel/', pathNot: String.raw`^src/kernel/index\.ts$` },
    ),
    error(
      'only-platform-reads-manifests',
      'Others receive manifests as values.',
      { path: '^(src|bench|bin)/', pathNot: `${tests}|^src/platform/` },
      { path: String.raw`^src/.+/manifest\.ts$`, pathNot: '^src/kernel/' },
    ),
    error(
      'model-is-pure',
      'model/ imports the kernel, its own siblings, errors and options; of lower capabilities types only.',
      { path: '^src/([^/]+)/([^/]+)/model/', pathNot: tests },
      { path: '^src/', pathNot: ['^src/$1/$2/(model/|errors|options)', '^src/kernel/'], dependencyTypesNot: ['type-only'] },
    ),
    error(
      'model-has-no-io',
      'Rules in model/ can be tested without a server, a disk or a clock.',
      { path: '/model/', pathNot: tests },
      {
        path: '^(node:)?(fs|tls|http|https|child_process|worker_threads|timers|dns|os)(/|$)|node_modules/(pg|pg-[^/]+|pino)/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    error(
      'frameworks-stay-outside',
      'Fastify, React and the command line parser are replaceable because only serve/ and console/ know them.',
      { path: '^(src|blueprints|scripts|bench)/', pathNot: '^src/serve/|/console/' },
      { path: 'node_modules/(fastify|@fastify|commander|react|react-dom|@tanstack|uplot)/' },
    ),
    error(
      'console-speaks-http',
      'The console knows the platform by its HTTP answers; types may be shared.',
      { path: '^console/', pathNot: tests },
      { path: '^(src|blueprints)/', dependencyTypesNot: ['type-only'] },
    ),
    error(
      'blueprints-use-the-package',
      'A blueprint imports plinth/<name>, as a customer would.',
      { path: '^blueprints/', pathNot: tests },
      { path: '^(src|scripts|console)/', dependencyTypes: ['local'] },
    ),
    error('lab-and-bench-are-leaves', 'Nothing imports lab/ or bench/.', { pathNot: '^(lab|bench)/' }, { path: '^(lab|bench)/' }),
    error(
      'code-without-tests',
      'Code that ships does not import tests or scripts.',
      { path: '^(src|blueprints|console|bin)/', pathNot: tests },
      { path: '^(tests|scripts)/' },
    ),
    error(
      'only-own-tests',
      'Tests are imported by nothing but tests.',
      { path: '^(src|blueprints|console)/', pathNot: tests },
      { path: tests },
    ),
    error(
      'ships-what-it-needs',
      'Code that ships imports dependencies, not devDependencies (the console is bundled).',
      { path: '^(src|blueprints|bin)/', pathNot: `${tests}|/console/` },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    error(
      'no-circles',
      'A circle has no bottom to start reading from.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    error('resolvable', 'What is imported exists.', { pathNot: '^console/' }, { couldNotResolve: true }),
  ],
  options: {
    parser: 'swc',
    exclude: { path: String.raw`(^|/)(dist|fixtures|screenshots)/|^console/vite\.config` },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.d.ts'],
    },
  },
};
