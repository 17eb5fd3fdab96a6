import type { Move } from '../../execution/steps/move.js';
import type { RecordStep } from '../../record/format.js';

/** Commands that run a script: the same one may come as either. */
const SCRIPTS = /^EVAL(SHA)?(_RO)?$/;

/**
 * Is what could come now what was recorded? `same`: it says the same. `like`: the same command on the same key, with other
 * arguments, or the same kind of event with another text.
 *
 * @internal
 */
export function likeness(
  { worker, kind, command, text, id }: RecordStep,
  move: Pick<Move, 'worker' | 'kind' | 'command' | 'label' | 'id'>,
): 'same' | 'like' | undefined {
  if (worker !== move.worker || kind !== move.kind) return undefined;
  const now = move.command;
  if (command === undefined || now === undefined) {
    if (command !== now) return undefined;
    if (text === move.label) return 'same';
    // A step of a worker's own is known by its label; what else there is, by its place.
    return kind !== 'step' && id === move.id ? 'like' : undefined;
  }
  const [name = '', key] = command;
  const [nameNow = '', keyNow] = now;
  if (command.length === now.length && command.every((word, at) => word === now[at])) return 'same';
  if (SCRIPTS.test(name) && SCRIPTS.test(nameNow)) return 'like';
  return name === nameNow && key === keyNow ? 'like' : undefined;
}
