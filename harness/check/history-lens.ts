import type { Operation, WireCommand } from './happened.js';
import type { History } from './history.js';

/**
 * What an invariant may look at besides the final store, as far as it can differ between two executions whose steps
 * came in another order. `order`: where start and end of operations of a name stand among all else that is looked at;
 * `overlaps`: which of them started before which ended; `starts`: in which order those of one name began; `all`: the
 * same for all names; `commands`: where commands stand, or anything else with a position; `key`: in which order those
 * that name a key reached the server; `own`: where a command stands among the steps of its own worker; `faults`: where
 * faults begin and end; `times`: at which virtual time operations of a name began and ended; `moments`: the same for
 * commands; `steps`: how many steps came before something.
 *
 * @internal
 */
export type LookKind =
  | 'order'
  | 'overlaps'
  | 'starts'
  | 'all'
  | 'commands'
  | 'key'
  | 'own'
  | 'faults'
  | 'times'
  | 'moments'
  | 'steps';

/** Is told of every look, with the name of the operations, or the key, where there is one. @internal */
export type NoteLook = (kind: LookKind, name: string) => void;

/** The history of an execution, such that what is looked at gets noted. @internal */
export function historyLens(history: History, note: NoteLook): History {
  const views = viewsOf(history, note);
  return new Proxy(history, {
    get(target, property) {
      const view = (views as Partial<Record<string | symbol, () => unknown>>)[property];
      if (view !== undefined) return view();
      note('commands', '');
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** What is shown of each part of a history, and what looking at it tells. */
function viewsOf(
  history: History,
  note: NoteLook,
): { readonly [Part in keyof History]?: () => History[Part] } {
  const { operations, commands, originalOf } = new Lenses(note);
  return {
    // How many there are does not depend on any order, nor does how a worker ended.
    count: () => history.count.bind(history),
    mentions: () => history.mentions.bind(history),
    ends: () => history.ends,
    overlap: () => (name) => {
      note('overlaps', name);
      const found = history.overlap(name);
      return found && operations(found);
    },
    named: () => (name) => {
      note('starts', name);
      return operations(history.named(name));
    },
    operations: () => {
      note('all', '');
      return operations(history.operations);
    },
    // The order of what one worker does is the same wherever it does the same.
    operationsOf: () => (worker, name) => operations(history.operationsOf(worker, name)),
    commandsOf: () => (worker) => {
      // One that lands when nobody waits for it any more is no step of its worker.
      note('own', '');
      return commands(history.commandsOf(worker));
    },
    ranOn: () => (key) => {
      note('key', key);
      return commands(history.ranOn(key));
    },
    operationOf: () => (command) => {
      note('own', '');
      const found = history.operationOf(originalOf(command));
      return found && operations([found])[0];
    },
    commands: () => {
      note('commands', '');
      return commands(history.commands);
    },
    faults: () => {
      note('faults', '');
      return history.faults;
    },
  };
}

/** One lens for each operation and command, so that they can be compared. */
class Lenses {
  readonly #lenses = new Map<object, object>();
  readonly #seen = new Map<WireCommand, WireCommand>();

  constructor(readonly note: NoteLook) {}

  readonly operations = (list: readonly Operation[]): Operation[] =>
    list.map((operation) => this.#through(operation, operationLens));

  readonly commands = (list: readonly WireCommand[]): WireCommand[] =>
    list.map((command) => {
      const lens = this.#through(command, commandLens);
      this.#seen.set(lens, command);
      return lens;
    });

  readonly originalOf = (lens: WireCommand): WireCommand => this.#seen.get(lens) ?? lens;

  #through<T extends object>(one: T, make: (one: T, note: NoteLook) => T): T {
    const lens = (this.#lenses.get(one) as T | undefined) ?? make(one, this.note);
    this.#lenses.set(one, lens);
    return lens;
  }
}

/** What reading a property tells, where it tells anything of the order. */
type Telling = Readonly<Record<string, readonly [kind: LookKind, name: string]>>;

function operationLens(operation: Operation, note: NoteLook): Operation {
  const { name } = operation;
  return tellingLens(operation, note, {
    start: ['order', name],
    end: ['order', name],
    startMs: ['times', name],
    endMs: ['times', name],
    startStep: ['steps', ''],
    endStep: ['steps', ''],
  });
}

function commandLens(command: WireCommand, note: NoteLook): WireCommand {
  return tellingLens(command, note, { at: ['commands', ''], atMs: ['moments', ''], step: ['steps', ''] });
}

function tellingLens<T extends object>(one: T, note: NoteLook, telling: Telling): T {
  return new Proxy(one, {
    // The getters of its class are asked of itself: they look at what is its own.
    get(target, property) {
      const told = typeof property === 'string' ? telling[property] : undefined;
      if (told !== undefined) note(...told);
      return Reflect.get(target, property, target);
    },
    // Copying and comparing reads everything.
    ownKeys(target) {
      for (const told of Object.values(telling)) note(...told);
      return Reflect.ownKeys(target);
    },
  });
}
