/** Server settings as command line arguments: `{ port: 0 }` is `--port 0`. @internal */
export function asArguments(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** The settings that make a Redis a lab's own: nothing is kept on disk, and connection storms fit in. @internal */
export const LAB_SETTINGS = {
  save: '',
  appendonly: 'no',
  daemonize: 'no',
  databases: 16,
  timeout: 0,
  maxclients: 4096,
  'tcp-backlog': 511,
} as const;

/**
 * Settings that a server of this version knows and an older one does not start with. From 6.0 on jemalloc's background
 * thread is off: it sleeps until a time on the wall clock, which never comes while that is frozen, or is long over, and
 * then it spins on a whole core. From 7.0 on DEBUG and CONFIG SET of a directory are closed unless opened here.
 *
 * @param version - for example `7.0.15`; its first number is enough
 * @internal
 */
export function settingsOf(version: string): Readonly<Record<string, string>> {
  const major = Number.parseInt(version, 10);
  return {
    ...(major >= 6 ? { 'jemalloc-bg-thread': 'no' } : {}),
    ...(major >= 7 ? { 'enable-debug-command': 'yes', 'enable-protected-configs': 'yes' } : {}),
  };
}
