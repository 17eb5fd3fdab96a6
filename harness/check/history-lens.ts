import type { History, Operation } from './history.js';

/**
 * What an invariant may look at besides the final store, as far as it can differ between two executions whose steps
 * came in another order. `order`: where start and end of operations of a name stand among all else that is looked at;
 * `overlaps`: which of them started before which ended; `starts`: in which order those of one name began; `all`: the
 * same for all names; `commands`: where commands stand, or anything else with a position.
 */
export type LookKind = 'order' | 'overlaps' | 'starts' | 'all' | 'commands';

/** Is told of every look, with the name of the operations where there is one. */
export type NoteLook = (kind: LookKind, name: string) => void;

/** The history of an execution, such that what is looked at gets noted. */
export function historyLens(history: History, note: NoteLook): History {
  const lenses = new Map<Operation, Operation>();
  const through = (operation: Operation): Operation => {
    let lens = lenses.get(operation);
    if (lens === undefined) {
      lens = operationLens(operation, note);
      lenses.set(operation, lens);
    }
    return lens;
  };
  return new Proxy(history, {
    get(target, property) {
      switch (property) {
        case 'count':
          // How many there are does not depend on any order.
          return target.count.bind(target);
        case 'overlap':
          return (name: string) => {
            note('overlaps', name);
            return target.overlap(name)?.map(through);
          };
        case 'named':
          return (name: string) => {
            note('starts', name);
            return target.named(name).map(through);
          };
        case 'operations':
          note('all', '');
          return target.operations.map(through);
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
  return new Proxy(operation, {
    get(target, property) {
      if (property === 'start' || property === 'end') note('order', target.name);
      return Reflect.get(target, property, target);
    },
    // Copying and comparing reads everything.
    ownKeys(target) {
      note('order', target.name);
      return Reflect.ownKeys(target);
    },
  });
}
