import { within } from '../../server-clock/keys-with-deadline.js';
import type { Control } from '../../wire/upstream/control.js';
import { isReplyError } from '../../wire/resp.js';
import type { Entry } from '../stage/course.js';
import { mayHaveDoneNothing } from '../stage/no-effect.js';
import type { Stage } from '../stage/stage.js';
import type { WatchedKey } from '../stage/turns.js';

/** Commands whose keys are remembered. */
const KNOWN_MAX = 2000;

/** Keys of commands, by connection of the lab: what they are never changes. */
const known = new WeakMap<Control, Map<string, readonly string[]>>();

/**
 * Takes note of the steps since the last call: who goes round in a loop, and whether what loops look at has changed. The
 * server is asked only where somebody goes round.
 *
 * @returns undefined when there is nothing to ask
 * @throws ServerGoneError
 * @internal
 */
export function followTurns(stage: Stage): Promise<void> | undefined {
  const { turns, steps, environment } = stage;
  const rounds: Entry[] = [];
  for (; turns.seen < steps.length; turns.seen++) {
    const step = steps[turns.seen]!;
    const flow = stage.workers.find(({ flow: { worker } }) => worker === step.worker)?.flow;
    if (flow === undefined) continue;
    const entry = turns.note(step, environment.time.timersSet(flow));
    // Who goes round while nobody else can go on sees what it saw before.
    if (entry !== undefined && !(turns.aloneFrom !== undefined && turns.takesOver(entry))) rounds.push(entry);
  }
  if (rounds.length === 0 && (turns.watched.size === 0 || turns.aloneFrom !== undefined)) {
    turns.look();
    return undefined;
  }
  return ask(stage, rounds);
}

async function ask(stage: Stage, rounds: readonly Entry[]): Promise<void> {
  const { turns, environment } = stage;
  const { control, health } = environment;
  // A server that is not well is asked nothing: then nobody is held back.
  if (health.fault === undefined) {
    for (const entry of rounds) if (entry.step.kind === 'command') entry.keys = await keysOf(control, entry);
    const before = new Set(turns.watched.keys());
    const changed = await lookAt(
      control,
      turns.watched,
      rounds.flatMap(({ keys }) => keys ?? []),
      turns.seen - 1,
    );
    for (const entry of rounds)
      entry.idle ||= mayHaveDoneNothing(entry.step) && hasNoEffect(entry, before, changed);
  }
  turns.look();
}

/** Was what it names as it is now, before it? */
function hasNoEffect(
  { keys = [] }: Entry,
  before: ReadonlySet<string>,
  changed: ReadonlySet<string>,
): boolean {
  return keys.length > 0 && keys.every((key) => before.has(key) && !changed.has(key));
}

/**
 * Reads what loops look at.
 *
 * @param more - keys that are looked at from now on
 * @param place - of the last step
 * @returns what it has changed
 */
async function lookAt(
  control: Control,
  watched: Map<string, WatchedKey>,
  more: readonly string[],
  place: number,
): Promise<ReadonlySet<string>> {
  const found = await valuesOf(control, [...new Set([...watched.keys(), ...more])]);
  const changed = new Set<string>();
  for (const [key, value] of found) {
    const entry = watched.get(key);
    if (entry === undefined) watched.set(key, { value, changed: -1 });
    else if (entry.value !== value) {
      changed.add(key);
      entry.value = value;
      entry.changed = place;
    }
  }
  return changed;
}

/** What is stored in keys and until when; undefined where the server does not say. */
async function valuesOf(control: Control, keys: readonly string[]): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  const databases = new Set(keys.map(databaseOf));
  for (const database of databases) {
    const here = keys.filter((key) => databaseOf(key) === database);
    const questions = here.flatMap((key) => {
      const name = Buffer.from(key.slice(database.length + 1), 'latin1');
      return [
        ['DUMP', name],
        ['PEXPIRETIME', name],
      ];
    });
    const answers = await within(control, Number(database), () => control.tryAll(questions));
    for (const [at, key] of here.entries()) {
      const [value, until] = [answers[2 * at]!, answers[2 * at + 1]!];
      found.set(key, isReplyError(value) ? undefined : `${JSON.stringify(value)} ${JSON.stringify(until)}`);
    }
  }
  return found;
}

function databaseOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}

/** The keys of a command, with the database before the name; none where the server knows of none. */
async function keysOf(control: Control, { step }: Entry): Promise<readonly string[]> {
  const { args = [], database = '0' } = step;
  let answers = known.get(control);
  if (answers === undefined || answers.size >= KNOWN_MAX) known.set(control, (answers = new Map()));
  const name = `${database} ${args.map((arg) => arg.toString('latin1')).join('\0')}`;
  let keys = answers.get(name);
  if (keys === undefined) {
    const found = args.length === 0 ? [] : await control.tryList('COMMAND', 'GETKEYS', ...args);
    keys = found.map((key) => `${database}:${key.toString('latin1')}`);
    answers.set(name, keys);
  }
  return keys;
}
