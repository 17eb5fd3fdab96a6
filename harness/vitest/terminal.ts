/** Vitest says so to the processes that it starts; in CI it uses colours without a terminal. @internal */
export function writesToTerminal(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['FORCE_TTY'] === 'true' || process.stdout.isTTY || env['CI'] !== undefined;
}
