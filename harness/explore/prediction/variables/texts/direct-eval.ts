/** May a text be one that evaluates another, in its own scope? A command of that name does not. @internal */
export function mayEvaluate(text: string): boolean {
  return /(?<!\.\s*)\beval\b/.test(text);
}
