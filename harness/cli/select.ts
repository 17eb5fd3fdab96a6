import type { Lab, Variant } from '../lab.js';
import { UsageError } from './errors.js';
import { hint } from './nearest.js';

/** A variant and the lab that it belongs to. */
export interface Selected {
  readonly lab: Lab;
  readonly variant: Variant;
}

/**
 * Finds what the words on the command line mean: `LAB` for all its variants, `LAB/VARIANT` for one. A lab is named
 * by its folder, with or without the number, or by the number alone. No words mean everything.
 *
 * @throws UsageError with the nearest name for a name that does not exist
 */
export function select(labs: readonly Lab[], words: readonly string[]): Selected[] {
  if (words.length === 0) return labs.flatMap(everyVariant);
  const chosen = new Set(words.flatMap((word) => selectOne(labs, word)).map(({ variant }) => variant));
  // In the order of the lessons, each once.
  return labs.flatMap(everyVariant).filter(({ variant }) => chosen.has(variant));
}

function everyVariant(lab: Lab): Selected[] {
  return lab.variants.map((variant) => ({ lab, variant }));
}

function selectOne(labs: readonly Lab[], word: string): Selected[] {
  // Tab completion adds folders and slashes.
  const [name = '', variantName, ...more] = word
    .replace(/^(\.\/)?labs\//, '')
    .replace(/\/$/, '')
    .split('/');
  const lab = labs.find(({ id }) => id === name) ?? labs.find(({ id }) => shortNames(id).includes(name));
  if (lab === undefined) {
    throw new UsageError(
      `unknown lab "${name}"${hint(
        name,
        labs.flatMap(({ id }) => [id]),
      )} (list shows them all)`,
    );
  }
  if (variantName === undefined) return everyVariant(lab);
  const variant =
    more.length === 0 ? lab.variants.find((candidate) => candidate.name === variantName) : undefined;
  if (variant !== undefined) return [{ lab, variant }];
  const wanted = [variantName, ...more].join('/');
  const names = lab.variants.map((candidate) => candidate.name);
  throw new UsageError(
    `lab ${lab.id} has no variant "${wanted}"${hint(wanted, names) || `: it has ${names.join(', ')}`}`,
  );
}

/** `lost-update`, `01` and `1` for `01-lost-update`. */
function shortNames(id: string): string[] {
  const found = /^0*(\d+)-(.+)$/.exec(id);
  return found === null ? [] : [found[2]!, found[1]!, id.split('-')[0]!];
}
