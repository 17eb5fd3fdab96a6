import type { Command } from 'commander';

/** Names of the options that stand on the command line, unlike those that have a default. @internal */
export function typedOptions(command: Command): ReadonlySet<string> {
  return new Set(Object.keys(command.opts()).filter((name) => command.getOptionValueSource(name) === 'cli'));
}
