import { isFileId } from '../scenario/names.js';

/** What a shared string begins with. */
const PREFIX = 'play:';
const LENGTH_MAX = 20_000;

/** A schedule that somebody played, in one short string: names and numbers only. @internal */
export interface Shared {
  readonly lab: string;
  readonly variant: string;
  /** `0.1.f1`, with workers that do not take part in front. */
  readonly tape: string;
  /** The invariant that it broke. */
  readonly invariant: string;
}

/** @internal */
export function shareText({ lab, variant, tape, invariant }: Shared): string {
  return PREFIX + [lab, variant, tape, invariant].map(encoded).join(':');
}

/**
 * Reads what `shareText` wrote.
 *
 * @returns undefined for a word that is no such string
 * @throws SyntaxError for one that is damaged
 * @internal
 */
export function readShared(word: string): Shared | undefined {
  if (!word.startsWith(PREFIX)) return undefined;
  const parts = word.slice(PREFIX.length).split(':');
  if (parts.length !== 4 || word.length > LENGTH_MAX)
    throw new SyntaxError('a shared schedule is play:LAB:VARIANT:TAPE:INVARIANT, all of it');
  const [lab, variant, tape, invariant] = parts.map(decoded) as [string, string, string, string];
  return { lab, variant, tape, invariant };
}

/** Is its scenario in a race file? @internal */
export function isOfFile({ lab }: Shared): boolean {
  return isFileId(lab);
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+').replaceAll("'", '%27');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new SyntaxError('a shared schedule is damaged: it has a % that stands for nothing', {
      cause: error,
    });
  }
}
