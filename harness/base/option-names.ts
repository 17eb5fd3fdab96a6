import { ScenarioError } from './scenario-error.js';

/**
 * Refuses a name that is not among those of `known`: JavaScript would pass over a misspelt one in silence.
 *
 * @param what - whose options they are, for the message
 * @throws ScenarioError
 * @internal
 */
export function checkNames(given: object, known: object, what: string): void {
  const name = Object.keys(given).find((one) => !Object.hasOwn(known, one));
  if (name !== undefined)
    throw new ScenarioError(`${what} has no option "${name}"; it has ${Object.keys(known).join(', ')}`);
}
