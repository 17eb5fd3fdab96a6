/**
 * What a script takes of a module that it has in a variable, by its text: whatever else the module exports, code of this script
 * has no way to.
 *
 * @param source - its text, where that is known
 * @returns undefined where it may take anything
 * @internal
 */
export function namedIn(source: string | undefined, variable: string): ReadonlySet<string> | undefined {
  if (source === undefined || /(?<!\.\s*)\beval\s*\(/.test(source)) return undefined;
  const names = new Set<string>();
  const escaped = variable.replaceAll('$', String.raw`\$`);
  const uses = new RegExp(String.raw`(?<![\w$"'])${escaped}(?![\w$])(?:\s*\.\s*([\w$]+))?`, 'g');
  for (const { 1: name, index } of source.matchAll(uses)) {
    if (name !== undefined) names.add(name);
    else if (!/(?:\bconst|\*\s*as)\s+$/.test(source.slice(Math.max(0, index - 20), index))) return undefined;
  }
  return names;
}
