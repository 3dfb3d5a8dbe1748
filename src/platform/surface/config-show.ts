import { type CommandDescriptor, environmentName, flagName } from '../../kernel/index.ts';
import type { Configuration } from '../configuration.ts';

/** `plinth config show`: every option with its value and where that came from. */
export function configShow(configuration: Configuration): CommandDescriptor {
  return {
    name: 'config show',
    summary: 'print every option with its value and where it came from',
    description: 'Order of precedence: default, file (plinth.config.ts), environment, flag. Opens nothing. Secrets are hidden.',
    needs: 'config',
    async run() {
      const options = configuration.resolved.map(({ capability, key, value, origin, isSecret }) => ({
        option: `${capability}.${key}`,
        value: isSecret && value !== undefined ? '(hidden)' : value,
        origin,
        environment: environmentName(capability, key),
        flag: `--${flagName(capability, key)}`,
      }));
      return {
        data: { name: configuration.name, dataDir: configuration.dataDir, options },
        table: {
          columns: ['option', 'value', 'from', 'environment'],
          rows: options.map(({ option, value, origin, environment }) => [
            option,
            value === undefined ? '' : String(value),
            origin,
            environment,
          ]),
        },
      };
    },
  };
}
