import { defined } from '../../base/defined.js';
import type { RaceLabConfig } from '../../project/config.js';
import type { ServerFlags } from '../context/server-flags.js';

/** Where Redis comes from, as a project says it. @internal */
export function serverConfig({ redis, image }: RaceLabConfig): ServerFlags {
  return defined({ redis, image });
}

/**
 * Options of a run: those that were typed, then those of the config, then the usual ones.
 *
 * @param typed - names of those that were typed
 * @internal
 */
export function withConfig<Flags extends object>(
  flags: Flags,
  typed: ReadonlySet<string>,
  config: RaceLabConfig,
): Flags {
  const isSaid = ([name, value]: [string, unknown]): boolean =>
    name !== 'files' && value !== undefined && !typed.has(name);
  const said = Object.entries(config).filter(isSaid);
  return { ...flags, ...Object.fromEntries(said) };
}
