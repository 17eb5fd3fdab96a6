/** The value of an environment variable; an empty one counts as not set. @internal */
export function variable(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = environment[name];
  return value === '' ? undefined : value;
}
