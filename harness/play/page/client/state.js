// Where the person stands is the fragment of the address: `#level=01-lost-update/get-set&tape=0.1&steps=3`.

/** @returns level: undefined for the list; `of`: how far the tape was played, for redo */
export function read() {
  const words = new URLSearchParams(location.hash.slice(1));
  const number = (name, otherwise) =>
    /^\d{1,6}$/.test(words.get(name) ?? '') ? Number(words.get(name)) : otherwise;
  const steps = number('steps', 0);
  return {
    level: words.get('level') ?? undefined,
    tape: words.get('tape') ?? 'calm',
    steps,
    of: Math.max(steps, number('of', 0)),
    tree: words.get('view') === 'tree',
  };
}

export function hashOf({ level, tape = 'calm', steps = 0, of = 0 }) {
  const name = encodeURIComponent(level).replaceAll('%2F', '/');
  return `#level=${name}&tape=${tape}&steps=${steps}${of > steps ? `&of=${of}` : ''}`;
}

/** The tree of choices of a level. */
export function treeHash(level) {
  return `${hashOf({ level }).replace(/&.*/, '')}&view=tree`;
}

/** Every move is a page of its own: the browser's way back is an undo, too. */
export function write(state) {
  const hash = hashOf(state);
  if (hash !== location.hash) history.pushState(undefined, '', hash);
}
