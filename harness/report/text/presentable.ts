/**
 * What a print takes of a recorded execution: the one gate for everything in it that somebody else wrote. A record may come
 * from a file, and a print is for a terminal: no text moves the cursor or is longer than anybody reads, no list is.
 */
import { createHash } from 'node:crypto';
import { harmless } from '../../base/text.js';
import type { RecordStep } from '../../record/format.js';

/** Characters of one text. */
const TEXT_MAX = 2000;
/** Words of one command; a pipeline of thousands shows its begin. */
const WORDS_MAX = 100;
/** Keys of one step; those that other steps touch come first. */
const VALUES_MAX = 50;
/** Values of one reply, on all levels. */
const REPLY_VALUES_MAX = 200;
const REPLY_DEPTH_MAX = 16;
/** Lists that belong to a step, or to the whole. */
const LIST_MAX = 200;
/** Holds values of somebody's own, of any shape, that no print of a record needs. */
const HISTORY = 'history';
/** One for each step, or for each place of a map. */
const LONG_LISTS = new Set(['steps', 'unrelated', 'choices', 'skip', 'cells', 'positions', 'maps']);

/**
 * A copy of a record, a recorded run or a fault map for a print. Commands, values and replies keep their characters, since
 * how they are quoted depends on them: whoever shows one makes it harmless. What is cut says so, and what was different
 * stays different. The history is left out: whoever shows one takes it from the record itself.
 *
 * @internal
 */
export function presentable<T extends object>(whole: T): T {
  if (copies.has(whole)) return whole;
  const copy = shown(whole, '') as T;
  copies.add(copy);
  return copy;
}

/** They need no copy of their own. */
const copies = new WeakSet();

function shown(value: unknown, name: string): unknown {
  if (typeof value === 'string') return harmless(cut(value));
  if (Array.isArray(value)) {
    if (name === 'steps') return stepsShown(value as RecordStep[]);
    const list = value as unknown[];
    const most = LONG_LISTS.has(name) ? list.length : LIST_MAX;
    return list.slice(0, most).map((item) => shown(item, ''));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== HISTORY)
      .map(([key, item]) => [key, shown(item, key)]),
  );
}

function stepsShown(steps: readonly RecordStep[]): RecordStep[] {
  const touched = new Map<string, number>();
  for (const { values = [] } of steps)
    for (const { key } of values) touched.set(key, (touched.get(key) ?? 0) + 1);
  return steps.map((step) => {
    const { command, reply, values, notes } = step;
    const rest = shown(
      { ...step, command: undefined, reply: undefined, values: undefined, notes: undefined },
      '',
    );
    return {
      ...(rest as RecordStep),
      command: command && someOf(command, WORDS_MAX, cut),
      reply: reply === undefined ? undefined : new ReplyShown().value(reply, 0),
      values: values && valuesShown(values, touched),
      notes: notes && someOf(notes, LIST_MAX, (note) => harmless(cut(note))),
    };
  });
}

type Values = NonNullable<RecordStep['values']>;

function valuesShown(values: Values, touched: ReadonlyMap<string, number>): Values {
  const isShared = ({ key }: Values[number]): boolean => touched.get(key)! > 1;
  const chosen =
    values.length <= VALUES_MAX
      ? values
      : [...values.filter(isShared), ...values.filter((one) => !isShared(one))].slice(0, VALUES_MAX);
  const text = (value: string | null): string | null => (value === null ? null : cut(value));
  return chosen.map(({ key, before, after }) => ({
    key: cut(key),
    before: text(before),
    after: text(after),
  }));
}

function someOf(texts: readonly string[], most: number, show: (text: string) => string): string[] {
  if (texts.length <= most) return texts.map(show);
  const left = texts.slice(most);
  return [...texts.slice(0, most).map(show), `… ${left.length} more (${digest(left.join('\n'))})`];
}

/** Counts what it has shown of one reply. */
class ReplyShown {
  #left = REPLY_VALUES_MAX;

  value(reply: unknown, depth: number): unknown {
    this.#left -= 1;
    if (typeof reply === 'string') return cut(reply);
    if (typeof reply !== 'object' || reply === null) return reply;
    if (depth === REPLY_DEPTH_MAX) return '…';
    if (Array.isArray(reply)) return this.#list(reply, depth);
    return Object.fromEntries(
      Object.entries(reply)
        .slice(0, LIST_MAX)
        .map(([key, item]) => [key, this.value(item, depth + 1)]),
    );
  }

  #list(reply: readonly unknown[], depth: number): unknown[] {
    const items: unknown[] = [];
    for (const item of reply) {
      if (this.#left <= 0) return [...items, `… ${reply.length - items.length} more`];
      items.push(this.value(item, depth + 1));
    }
    return items;
  }
}

function cut(text: string): string {
  if (text.length <= TEXT_MAX) return text;
  return `${text.slice(0, TEXT_MAX - 80)}… (${text.length} characters, ${digest(text)})`;
}

/** Tells texts apart whose begin is the same. */
function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 8);
}
