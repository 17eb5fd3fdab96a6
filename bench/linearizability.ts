import { Prng } from '../harness/base/prng.js';
import type { CheckedOperation } from '../harness/check/linearizability/calls.js';
import { checkLinearizable } from '../harness/check/linearizability/check.js';
import { perKey, type Model } from '../harness/check/linearizability/model.js';
import { casRegisterModel } from '../harness/check/linearizability/models/registers.js';
import { jepsenLogs, type Logged } from './jepsen-logs.js';
import { round, type Part, type Row } from './part.js';

const HISTORIES = 102;
/** Operations of each: 8,500 in all. */
const OPERATIONS = 84;
const WORKERS = 5;
const VALUES = 5;

/** How long it takes to check histories. */
export const linearizability: Part = {
  name: 'linearizability',
  about: 'seconds that checking takes: 102 histories with 8,500 operations; --etcd: those of Porcupine',
  run: ({ options: { etcd } }) => {
    const generated = Array.from({ length: HISTORIES }, (_, seed) => registerHistory(seed));
    const keyed = [keyedHistory()];
    const rows = [
      row('generated, one register', generated, casRegisterModel({ init: 0 })),
      row('generated, 10 registers, 50 workers', keyed, perKey(casRegisterModel({ init: 0 }))),
      ...(etcd === undefined ? [] : [row('etcd, by Jepsen', jepsenLogs(etcd), casRegisterModel())]),
    ];
    return Promise.resolve({
      title: 'Linearizability',
      rows,
      notes: [
        'The first pass over a history, nothing warmed up; wrong: verdicts that are not those that are known.',
        'Of the generated ones it is known that those are linearizable that were left as a register had made them.',
      ],
    });
  },
};

function row(what: string, logs: readonly Logged[], model: Model): Row {
  let slowest = 0;
  const beganMs = performance.now();
  const found = logs.map(({ history }) => {
    const startMs = performance.now();
    const result = checkLinearizable(history, model);
    slowest = Math.max(slowest, performance.now() - startMs);
    return result;
  });
  const seconds = (performance.now() - beganMs) / 1000;
  const counted = (kind: string): number => found.filter((one) => one.kind === kind).length;
  return {
    histories: what,
    count: logs.length,
    operations: logs.reduce((sum, { history }) => sum + history.length, 0),
    seconds: round(seconds, 3),
    'slowest, s': round(slowest / 1000, 3),
    steps: found.reduce((sum, { steps }) => sum + steps, 0),
    legal: counted('ok'),
    illegal: counted('illegal'),
    unknown: counted('unknown'),
    wrong: found.filter(({ kind }, at) => {
      const { legal } = logs[at]!;
      return legal !== undefined && kind !== (legal ? 'ok' : 'illegal');
    }).length,
  };
}

/** What a register did under workers that overlap; in three of four one read is given another value. */
function registerHistory(seed: number): Logged {
  const history = workload(new Prng(seed), OPERATIONS, WORKERS, 0.15);
  const reads = history.flatMap(({ name, outcome }, at) => (name === 'read' && outcome === 'ok' ? [at] : []));
  const legal = seed % 4 === 0 ? true : undefined;
  const at = reads[Math.floor(reads.length / 2)];
  if (legal === undefined && at !== undefined)
    history[at] = { ...history[at]!, value: (Number(history[at]!.value) + 1) % VALUES };
  return { history, legal };
}

function keyedHistory(): Logged {
  const parts = Array.from({ length: 10 }, (_, key) =>
    workload(new Prng(1, key), 170, 5, 0).map((one) => ({
      ...one,
      worker: one.worker + 5 * key,
      input: { key: `k${key}`, value: one.input },
    })),
  );
  return { history: parts.flat(), legal: true };
}

/** Each operation takes effect at a moment of its own, between its beginning and its end. */
function workload(random: Prng, size: number, workers: number, unknown: number): CheckedOperation[] {
  const freeAt = Array.from({ length: workers }, () => 0);
  const drawn = Array.from({ length: size }, () => {
    const worker = freeAt.indexOf(Math.min(...freeAt));
    const start = freeAt[worker]! + random.unit();
    const effect = start + random.unit() * 3;
    const end = effect + random.unit() * 3;
    freeAt[worker] = end;
    return { worker: worker + 1, start, effect, end };
  });
  let held = 0;
  const done = drawn
    .sort((a, b) => a.effect - b.effect)
    .map(({ worker, start, end }): CheckedOperation => {
      const name = ['read', 'write', 'cas'][random.below(3)]!;
      const [from, to] = [random.below(VALUES), random.below(VALUES)];
      const before = held;
      const did = name === 'write' || (name === 'cas' && from === held);
      // Of those that nobody knows, half did not happen.
      const lost = name !== 'read' && random.unit() < unknown;
      if (did && !(lost && random.below(2) === 0)) held = to;
      const input = { read: undefined, write: to, cas: { from, to } }[name];
      const value = { read: before, write: 'OK', cas: did }[name];
      return lost
        ? { worker, name, input, start, end, outcome: 'unknown' }
        : { worker, name, input, start, end, outcome: 'ok', value };
    });
  return done.sort((a, b) => a.start - b.start);
}
