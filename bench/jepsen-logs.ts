import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckedOperation } from '../harness/check/linearizability/calls.js';

/** A history, and whether it is linearizable, where that is known. */
export interface Logged {
  readonly history: readonly CheckedOperation[];
  readonly legal: boolean | undefined;
}

/** Numbers of the logs that are linearizable, as the tests of Porcupine have it; the others are not. */
const LEGAL = new Set([
  2, 5, 7, 18, 25, 31, 38, 45, 48, 49, 51, 53, 56, 67, 75, 76, 80, 87, 92, 98, 100, 101, 102,
]);

/** One event: a worker, what it is, the operation and its value. */
const EVENT = /(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*?)\s*$/;

/** The logs `etcd_NNN.log` of a folder: Jepsen's test of etcd, a register with compare and set. */
export function jepsenLogs(folder: string): Logged[] {
  const files = readdirSync(folder).filter((name) => /^etcd_\d+\.log$/.test(name));
  const logs = files.sort().map((name) => ({
    history: historyIn(readFileSync(join(folder, name), 'utf8')),
    legal: LEGAL.has(Number(/\d+/.exec(name)![0])),
  }));
  // One of them has nothing in it.
  return logs.filter(({ history }) => history.length > 0);
}

function historyIn(text: string): CheckedOperation[] {
  const history: CheckedOperation[] = [];
  const running = new Map<string, number>();
  for (const [at, line] of text.split('\n').entries()) {
    const [, worker, kind, name, value] = EVENT.exec(line) ?? [];
    if (kind === undefined) continue;
    if (kind === 'invoke') {
      const input = name === 'read' ? undefined : valueOf(value!);
      const operation = { worker: Number(worker) + 1, name: name!, input, start: at, end: Infinity };
      running.set(worker!, history.push({ ...operation, outcome: 'pending' }) - 1);
      continue;
    }
    const nth = running.get(worker!)!;
    running.delete(worker!);
    history[nth] = { ...history[nth]!, ...ended(kind, name!, value!, at) };
  }
  return history;
}

function ended(kind: string, name: string, value: string, end: number): Partial<CheckedOperation> {
  if (kind === 'info') return { outcome: 'unknown' };
  // That nothing was set is an answer: the register held something else.
  if (name === 'cas') return { outcome: 'ok', end, value: kind === 'ok' };
  if (kind === 'fail') return { outcome: 'failed', end };
  return { outcome: 'ok', end, value: name === 'read' ? valueOf(value) : 'OK' };
}

function valueOf(text: string): unknown {
  if (text === 'nil') return null;
  const [, from, to] = /^\[(\S+) (\S+)\]$/.exec(text) ?? [];
  return from === undefined ? text : { from, to };
}
