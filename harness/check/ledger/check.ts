/**
 * Runs that are too long to look for an order in, checked by what they append: Kingsbury and Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations" (VLDB 2020), for lists. Each read returns all that was appended, and everything
 * appended is unique: so the longest read tells the order of appends, each read tells which it saw and which it did not, and a circle
 * among these has no order. Unlike there, what nobody read comes behind what somebody did, as appending to a list has it.
 */
import { checkNames } from '../../base/option-names.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import type { History } from '../history.js';
import type { CheckedOperation } from '../linearizability/calls.js';
import { circleIn } from './cycles.js';
import { graphOf } from './graph.js';
import { transactionsOf, type Transaction } from './transactions.js';
import { contradictionIn, ledgersOf } from './versions.js';
import { circleText, linksOf, missedIn, nameOf, transactionText } from './words.js';

/**
 * How operations on ledgers are called, and what their order must agree with.
 *
 * @public
 */
export interface LedgerOptions {
  /** An append of its input, `value` or `{ key, value }`. Default: `append`. */
  readonly append?: string;
  /** A read of the whole list, which it returns; its input is the key, where there are several. Default: `read`. */
  readonly read?: string;
  /**
   * Several of these at once: its input is a list of `{ key, append }` and `{ key, read: true }`, and it returns a list with what
   * each of them saw. Default: `transaction`.
   */
  readonly transaction?: string;
  /** `real time`: who had ended comes before who began then. `worker`: only for those of one worker. Default: `real time`. */
  readonly order?: 'real time' | 'worker';
}

/**
 * What became of a history of ledgers.
 *
 * @public
 */
export interface LedgerCheck {
  /** `nothing`: nothing was appended, or nothing read. Only `ok` is a pass. */
  readonly kind: 'ok' | 'illegal' | 'nothing';
  /** What is wrong with it, by name: `lost append`, `stale read`, `read skew`, … */
  readonly anomaly?: string;
  /** The operations that show it. */
  readonly operations: readonly CheckedOperation[];
  /** Operations that were looked at. */
  readonly checked: number;
  /** The same in words. */
  readonly message: string;
}

const USAGE = "checkLedger(history, { append: 'append', read: 'read' })";

/**
 * Is there one order of all appends to ledgers and reads of them? For runs of any length: it takes about as long as reading
 * them, where `checkLinearizable` takes ever longer the more operations overlap. What is appended must be unique, and a read
 * returns the whole list.
 *
 * @param history - of an execution, or operations written down
 * @throws ScenarioError for inputs and outputs that mean nothing, and where the same is appended twice
 * @example
 * ```ts
 * import { checkLedger } from 'redis-race-lab';
 *
 * const history = [
 *   { worker: 1, name: 'append', input: 'a', start: 1, end: 2 },
 *   { worker: 1, name: 'append', input: 'b', start: 3, end: 4 },
 *   { worker: 2, name: 'read', value: ['a'], start: 5, end: 6 },
 * ];
 * const { anomaly, message } = checkLedger(history);
 * console.log(anomaly); // lost append
 * console.log(message); // says: w2 read → ['a'] comes before w1 append 'b', since it did not see 'b'
 * ```
 * @public
 */
export function checkLedger(
  history: History | readonly CheckedOperation[],
  options: LedgerOptions = {},
): LedgerCheck {
  const { order, ...names } = checkedLedger('checkLedger', options);
  const transactions = transactionsOf(history, names);
  const checked = transactions.length;
  const ledgers = ledgersOf(transactions);
  const illegal = (anomaly: string, involved: readonly Transaction[], message: string): LedgerCheck => ({
    kind: 'illegal',
    anomaly,
    operations: [...new Set(involved)].map(({ operation }) => operation),
    checked,
    message: `${anomaly}: ${message}`,
  });
  if (!ledgers.some(({ reads }) => reads.length > 0))
    return {
      kind: 'nothing',
      operations: [],
      checked,
      message: `nobody ran an operation called "${names.read}"`,
    };
  const contradiction = contradictionIn(ledgers);
  if (contradiction !== undefined)
    return illegal(contradiction.name, contradiction.transactions, contradiction.message(transactionText));
  const graph = graphOf(transactions, ledgers, order);
  const circle = circleIn(graph);
  if (circle === undefined)
    return { kind: 'ok', operations: [], checked, message: 'one order explains every read' };
  const found = linksOf(circle, graph);
  const links = (found.some(({ kind }) => kind === 'time') ? missedIn(ledgers) : undefined) ?? found;
  return illegal(
    nameOf(links),
    links.map(({ from }) => from),
    circleText(links),
  );
}

/** @param name - of the function that they were given to @throws ScenarioError @internal */
export function checkedLedger(name: string, options: LedgerOptions): Required<LedgerOptions> {
  if (typeof options !== 'object' || options === null)
    throw new ScenarioError(`${name}: it takes an object of options, not ${shown(options)}; write ${USAGE}`);
  const usual: Required<LedgerOptions> = {
    append: 'append',
    read: 'read',
    transaction: 'transaction',
    order: 'real time',
  };
  checkNames(options, usual, name);
  const { append, read, transaction, order } = { ...usual, ...options };
  const names = [append, read, transaction];
  const wrong = names.find((one) => typeof one !== 'string' || one === '');
  if (wrong !== undefined || new Set(names).size < names.length)
    throw new ScenarioError(`${name}: operations have names, each its own, not ${shown(names)}`);
  if (order !== 'real time' && order !== 'worker')
    throw new ScenarioError(`${name}: "order" is 'real time' or 'worker', not ${shown(order)}`);
  return { append, read, transaction, order };
}
