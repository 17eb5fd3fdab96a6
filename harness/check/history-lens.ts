import type { History, Operation, WireCommand } from './history.js';

/**
 * What an invariant may look at besides the final store, as far as it can differ between two executions whose steps
 * came in another order. `order`: where start and end of operations of a name stand among all else that is looked at;
 * `overlaps`: which of them started before which ended; `starts`: in which order those of one name began; `all`: the
 * same for all names; `commands`: where commands stand, or anything else with a position; `key`: in which order those
 * that name a key reached the server; `own`: where a command stands among the steps of its own worker.
 */
export type LookKind = 'order' | 'overlaps' | 'starts' | 'all' | 'commands' | 'key' | 'own';

/** Is told of every look, with the name of the operations, or the key, where there is one. */
export type NoteLook = (kind: LookKind, name: string) => void;

/** The history of an execution, such that what is looked at gets noted. */
export function historyLens(history: History, note: NoteLook): History {
  const lenses = new Map<object, object>();
  const seen = new Map<WireCommand, WireCommand>();
  const through = <T extends object>(one: T, make: (one: T, note: NoteLook) => T): T => {
    const lens = (lenses.get(one) as T | undefined) ?? make(one, note);
    lenses.set(one, lens);
    return lens;
  };
  const operations = (list: readonly Operation[]): Operation[] =>
    list.map((operation) => through(operation, operationLens));
  return new Proxy(history, {
    get(target, property) {
      switch (property) {
        case 'count':
          // How many there are does not depend on any order.
          return target.count.bind(target);
        case 'overlap':
          return (name: string) => {
            note('overlaps', name);
            const found = target.overlap(name);
            return found && operations(found);
          };
        case 'named':
          return (name: string) => {
            note('starts', name);
            return operations(target.named(name));
          };
        case 'operations':
          note('all', '');
          return operations(target.operations);
        case 'operationsOf':
          // The order of what one worker does is the same wherever it does the same.
          return (worker: number, name: string) => operations(target.operationsOf(worker, name));
        case 'ranOn':
          return (key: string) => {
            note('key', key);
            return target.ranOn(key).map((command) => {
              const lens = through(command, commandLens);
              seen.set(lens, command);
              return lens;
            });
          };
        case 'operationOf':
          return (command: WireCommand) => {
            // One that lands when nobody waits for it any more is no step of its worker.
            note('own', '');
            const found = target.operationOf(seen.get(command) ?? command);
            return found && through(found, operationLens);
          };
        default: {
          note('commands', '');
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
      }
    },
  });
}

function operationLens(operation: Operation, note: NoteLook): Operation {
  return positionLens(operation, ['start', 'end'], () => note('order', operation.name));
}

function commandLens(command: WireCommand, note: NoteLook): WireCommand {
  return positionLens(command, ['at'], () => note('commands', ''));
}

function positionLens<T extends object>(
  one: T,
  positions: readonly (string | symbol)[],
  look: () => void,
): T {
  return new Proxy(one, {
    get(target, property) {
      if (positions.includes(property)) look();
      return Reflect.get(target, property, target);
    },
    // Copying and comparing reads everything.
    ownKeys(target) {
      look();
      return Reflect.ownKeys(target);
    },
  });
}
