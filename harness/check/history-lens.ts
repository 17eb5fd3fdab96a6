import type { History, Operation } from './history.js';

/**
 * What the invariants of a scenario look at besides the final store, as far as it can differ between two executions
 * whose steps came in another order: `order` of when operations started and ended, `starts` in which order those of
 * one name began (the order of a list), where commands stand among all others.
 */
export interface Looks {
  /** Names of operations whose start or end was read. */
  readonly order: Set<string>;
  /** Names of operations that were listed. */
  readonly starts: Set<string>;
  /** All operations were listed, whatever their name. */
  all: boolean;
  /** Commands, or something else with a position in the common order of events. */
  commands: boolean;
}

export function noLooks(): Looks {
  return { order: new Set(), starts: new Set(), all: false, commands: false };
}

/** How much was looked at; it only ever grows. */
export function sizeOfLooks({ order, starts, all, commands }: Looks): number {
  return order.size + starts.size + Number(all) + Number(commands);
}

/** The history of an execution, such that what is looked at gets noted in `looks`. */
export function historyLens(history: History, looks: Looks): History {
  const lenses = new Map<Operation, Operation>();
  const through = (operation: Operation): Operation => {
    let lens = lenses.get(operation);
    if (lens === undefined) {
      lens = operationLens(operation, looks);
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
        case 'named':
          return (name: string) => {
            looks.starts.add(name);
            return target.named(name).map(through);
          };
        case 'operations':
          looks.all = true;
          return target.operations.map(through);
        default: {
          looks.commands = true;
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
      }
    },
  });
}

function operationLens(operation: Operation, looks: Looks): Operation {
  return new Proxy(operation, {
    get(target, property) {
      if (property === 'start' || property === 'end') looks.order.add(target.name);
      return Reflect.get(target, property, target);
    },
    // Copying and comparing reads everything.
    ownKeys(target) {
      looks.order.add(target.name);
      return Reflect.ownKeys(target);
    },
  });
}
