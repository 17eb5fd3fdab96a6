import { diagnose } from './diagnosis.js';
import type { FailedRun } from './format.js';
import { laneTable } from './lanes.js';
import { fileList, rowsOf } from './rows.js';
import { wrap } from './text.js';

const INDENT = '  ';
/** Where an error message will be shown is not known. */
const COLUMNS = 100;

/**
 * One failing execution by itself, as the message of an error: what happened in one sentence, then its steps. What else
 * a record tells (what is necessary, which swap makes it pass) takes more executions. Ends without a line break.
 *
 * @param run - it must have been traced
 */
export function renderFailedRun(run: FailedRun, columns = COLUMNS): string {
  const sentence = wrap(`✗ ${diagnose(run).sentence}`, columns - INDENT.length);
  return [
    ...sentence.map((line, at) => (at === 0 ? '' : INDENT) + line),
    '',
    ...laneTable(run, { columns, colour: false }),
    '',
    ...fileList(rowsOf(run)).map((file) => INDENT + file),
  ].join('\n');
}
