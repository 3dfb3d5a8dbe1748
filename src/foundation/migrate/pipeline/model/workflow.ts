/** A step of a job: an action of GitHub's with its settings, or a line for the shell. */
export type Step =
  | { readonly uses: string; readonly with?: Readonly<Record<string, string | number>> }
  | { readonly name: string; readonly run: string; readonly env?: Readonly<Record<string, string>> };

export interface Job {
  readonly id: string;
  readonly name: string;
  /** When it runs, in GitHub's words. */
  readonly when: string;
  readonly needs?: string;
  /** GitHub's environment: where its secrets and its reviewers come from. */
  readonly environment?: string;
  readonly steps: readonly Step[];
}

const prepare: readonly Step[] = [
  // The whole history: lint and the plan file are held against the base branch.
  { uses: 'actions/checkout@v4', with: { 'fetch-depth': 0 } },
  { uses: 'actions/setup-node@v4', with: { 'node-version': 24, cache: 'npm' } },
  { name: 'Install', run: 'npm ci' },
];

const urls = Object.fromEntries(
  ['OLTP', 'CONTENT', 'QUEUE', 'OLAP'].map((tier) => [`PLINTH_CLUSTER_${tier}_URL`, `\${{ secrets.${tier}_URL }}`]),
);

/** The jobs of a change from pull request to production, and the way back. */
export const jobs: readonly Job[] = [
  {
    id: 'prove',
    name: 'Prove the change',
    when: "github.event_name == 'pull_request' || github.event_name == 'push'",
    steps: [
      ...prepare,
      {
        name: 'History, lint, rehearsal, way back, documents',
        run: 'npx plinth migrate ci --base "$BASE"',
        env: { BASE: "${{ github.event_name == 'pull_request' && format('origin/{0}', github.base_ref) || github.event.before }}" },
      },
      { name: 'Tests of the application', run: 'npm test --if-present' },
    ],
  },
  {
    id: 'staging',
    name: 'Staging',
    when: "github.event_name == 'push'",
    needs: 'prove',
    environment: 'staging',
    steps: [
      ...prepare,
      { name: 'Apply', run: 'npx plinth migrate up', env: urls },
      { name: 'Compare', run: 'npx plinth migrate drift', env: urls },
    ],
  },
  {
    id: 'production',
    name: 'Production',
    when: "github.event_name == 'push'",
    needs: 'staging',
    environment: 'production',
    steps: [
      ...prepare,
      { name: 'Apply', run: 'npx plinth migrate up', env: urls },
      { name: 'Compare', run: 'npx plinth migrate drift', env: urls },
    ],
  },
  {
    id: 'rollback',
    name: 'Go back',
    when: "github.event_name == 'workflow_dispatch'",
    environment: 'production',
    steps: [
      ...prepare,
      {
        name: 'Take back',
        run: 'npx plinth migrate down --to "$TO" --window "$WINDOW"',
        env: { ...urls, TO: '${{ inputs.to }}', WINDOW: '${{ inputs.window }}' },
      },
    ],
  },
];

const quoted = (value: string | number) => (typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`);
const mapping = (indent: string, entries: Readonly<Record<string, string | number>>) =>
  Object.entries(entries).map(([key, value]) => `${indent}${key}: ${quoted(value)}`);

/** The workflow as a file of GitHub Actions. */
export function renderWorkflow(branch: string): string {
  return `${[
    '# Written by "plinth migrate ci init --github". The environments "staging" and "production" hold OLTP_URL, CONTENT_URL, QUEUE_URL',
    '# and OLAP_URL as secrets; reviewers of "production" are set there too.',
    'name: plinth',
    'on:',
    '  pull_request:',
    '  push:',
    `    branches: [${quoted(branch)}]`,
    '  workflow_dispatch:',
    '    inputs:',
    "      to: { description: 'Release or migration that stays as the last', required: true }",
    "      window: { description: 'ISO 8601 interval in which it may happen', required: true }",
    'permissions:',
    '  contents: read',
    '# Two runs at once would only wait for each other.',
    'concurrency: { group: "plinth-${{ github.ref }}", cancel-in-progress: false }',
    'jobs:',
    ...jobs.flatMap(renderJob),
  ].join('\n')}\n`;
}

function renderJob({ id, name, when, needs, environment, steps }: Job): string[] {
  return [
    `  ${id}:`,
    `    name: ${quoted(name)}`,
    `    if: ${quoted(when)}`,
    ...(needs ? [`    needs: ${needs}`] : []),
    ...(environment ? [`    environment: ${environment}`] : []),
    '    runs-on: ubuntu-latest',
    '    steps:',
    ...steps.flatMap((step) =>
      'uses' in step
        ? [`      - uses: ${step.uses}`, ...(step.with ? ['        with:', ...mapping('          ', step.with)] : [])]
        : [
            `      - name: ${quoted(step.name)}`,
            `        run: ${quoted(step.run)}`,
            ...(step.env ? ['        env:', ...mapping('          ', step.env)] : []),
          ],
    ),
  ];
}
