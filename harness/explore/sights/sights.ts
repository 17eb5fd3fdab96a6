import { z } from 'zod';

const count = z.int().min(0);
const nothing = z.array(z.tuple([z.string(), z.string()]));
const states = z.array(z.tuple([z.string(), z.boolean()]));

/** What an execution showed besides right and wrong, as data: a pass says with it what it is worth. @internal */
export const sightsSchema = z.strictObject({
  /** Commands of the workers: the fewest and the most in one execution; left out where it was not run to its end. */
  commands: z.tuple([count, count]).exactOptional(),
  /** What steps conflicted on that could have come in either order, in words. */
  contested: z.array(z.string()),
  /** Something else could have gone otherwise, which nobody can name: a timer, a message, a `step()`. */
  open: z.boolean(),
  /** Invariants that had nothing to look at, and what was missing; left out where none were checked. */
  nothing: nothing.exactOptional(),
  /** Conditions of `sometimes()`, by name: was one of them true? */
  states,
  /** A loop was held back in it until there was something new to see. */
  waited: z.literal(true).exactOptional(),
});

/** The same, of one execution or of several. @internal */
export type Sights = z.infer<typeof sightsSchema>;

/** Of an execution that nobody looked at. @internal */
export const NO_SIGHTS: Sights = { contested: [], open: false, states: [] };

/** Names that are kept at most, of each sort. */
const NAMES_MAX = 100;

/** What several executions showed together; an invariant had nothing to look at where it had nothing in any. @internal */
export function together(a: Sights, b: Sights): Sights {
  const states = new Map(a.states);
  for (const [name, reached] of b.states)
    if (states.has(name) || states.size < NAMES_MAX) states.set(name, reached || states.get(name) === true);
  const unseen = a.nothing?.filter(([id]) => b.nothing?.some(([other]) => other === id) ?? true) ?? b.nothing;
  const commands = rangeOf(a.commands, b.commands);
  return {
    ...(commands === undefined ? {} : { commands }),
    contested: merged(a.contested, b.contested),
    open: a.open || b.open,
    ...(unseen === undefined ? {} : { nothing: unseen }),
    states: [...states],
    ...(a.waited === true || b.waited === true ? { waited: true as const } : {}),
  };
}

function rangeOf(a: Sights['commands'], b: Sights['commands']): Sights['commands'] {
  if (a === undefined || b === undefined) return a ?? b;
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function merged(a: string[], b: readonly string[]): string[] {
  const fresh = b.filter((name) => !a.includes(name));
  return fresh.length === 0 ? a : [...a, ...fresh].sort().slice(0, NAMES_MAX);
}
