import { mayEvaluate } from './direct-eval.js';

/** Does a text name a variable? @internal */
export type Names = (variable: string) => boolean;

/**
 * Which variables the text of a function names. By a name that is written otherwise, and by code that is no text yet, any may be
 * meant.
 *
 * @internal
 */
export function variablesIn(text: string): Names {
  if (/\\u|\bwith\b/.test(text) || mayEvaluate(text)) return () => true;
  const names = new Set(text.match(/[\p{ID_Continue}$\u200c\u200d]+/gu));
  return (variable) => names.has(variable);
}
