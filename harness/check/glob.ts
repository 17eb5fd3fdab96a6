/** A glob as KEYS reads it: `*`, `?`, `[abc]`, `[^a-c]`, and `\\` before what is to be taken as it is. @internal */
export function glob(pattern: string): RegExp {
  const parts = pattern.matchAll(/\\([\s\S])|\[(\^?)((?:\\[\s\S]|[^\]\\])*)\]?|([\s\S])/g);
  const source = Array.from(parts, ([, escaped, not, set, one]) => {
    if (escaped !== undefined) return literal(escaped);
    if (set !== undefined) return setOf(set, not === '^');
    if (one === '*') return '[\\s\\S]*';
    return one === '?' ? '[\\s\\S]' : literal(one!);
  });
  return new RegExp(`^${source.join('')}$`);
}

function setOf(set: string, not: boolean): string {
  // Nothing is in an empty set.
  if (set === '') return not ? '[\\s\\S]' : '(?!)';
  const members = set.matchAll(/(?:\\([\s\S])|([\s\S]))(?:-(?:\\([\s\S])|([\s\S])))?/g);
  const source = Array.from(members, ([, quoted, plain, quotedEnd, plainEnd]) => {
    const ends = [quoted ?? plain!, quotedEnd ?? plainEnd ?? quoted ?? plain!].sort();
    return `${literal(ends[0]!)}-${literal(ends[1]!)}`;
  });
  return `[${not ? '^' : ''}${source.join('')}]`;
}

function literal(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
