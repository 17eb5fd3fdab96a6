import { type Turns, ROUNDS_ALONE_MAX, ROUNDS_MAX } from './stage/turns.js';
import type { Move } from './steps/move.js';

/**
 * Fairness: who goes round in a loop without anything new to see lets the others go on. Whatever the loop would do in
 * between it would do in vain, so that an execution in which it waits stands for all in which it goes round for longer;
 * only a loop that counts may tell them apart, which is why it goes round some times first.
 *
 * @param moves - all that could happen but for that; what is held back is taken out of it
 * @returns what is held back
 * @internal
 */
export function holdBack(turns: Turns, moves: Move[]): Move[] {
  if (!turns.any) return [];
  const held: Move[] = [];
  let kept = 0;
  for (const move of moves) {
    move.turn = turns.roundOf(move);
    if (move.turn !== undefined && move.turn.rounds >= ROUNDS_MAX) held.push(move);
    else moves[kept++] = move;
  }
  moves.length = kept;
  if (held.length > 0) turns.heldBack = true;
  return held;
}

/**
 * Nobody else can go on: one of those who were held back goes round, since its loop may end by itself, or what it changes may
 * be what others wait for.
 *
 * @returns that one, or nothing where none of them ever ends
 * @internal
 */
export function goOnAlone(held: readonly Move[]): Move[] {
  const next = held
    .filter(({ turn }) => turn!.gone < ROUNDS_ALONE_MAX)
    .sort((a, b) => a.worker - b.worker)
    .slice(0, 1);
  for (const move of next) {
    // Rounds that change something are a way to the step limit.
    if (move.turn!.gone === 0) move.pressed = true;
    else move.alone = true;
  }
  return next;
}
