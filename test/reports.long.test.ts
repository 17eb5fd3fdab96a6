/** Kept records come out the same 200 times, on a machine whose every processor is busy with something else. */
import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll } from 'vitest';
import { replayKeptRecords } from './support/kept-records.js';

/** Spins for as long as this process is there. */
const SPIN = 'const parent = process.ppid; while (process.ppid === parent);';
const busy: ChildProcess[] = [];
beforeAll(() => {
  for (let n = 0; n < availableParallelism(); n++)
    busy.push(spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
});
afterAll(() => busy.forEach((child) => child.kill('SIGKILL')));

replayKeptRecords(200);
