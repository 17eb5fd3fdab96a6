/** How a process ended, in a few words: `ended with code 1`, `was killed by SIGKILL`. @internal */
export function exitText(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with code ${code}` : `was killed by ${signal}`;
}
