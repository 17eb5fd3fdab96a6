import { diagnose } from '../diagnosis/diagnosis.js';
import type { FailedRun } from '../../record/format.js';
import { laneTable } from '../lanes/lanes.js';
import { rowsOf } from '../lanes/rows.js';
import { fileList } from '../lanes/source-files.js';
import { wrap } from '../../base/text.js';
import { INDENT } from '../text/layout.js';
import { presentable } from '../text/presentable.js';

/** Where an error message will be shown is not known. */
const COLUMNS = 100;

/**
 * One failing execution by itself, as the message of an error: what happened in one sentence, then its steps. What else
 * a record tells (what is necessary, which swap makes it pass) takes more executions. Ends without a line break.
 *
 * @param run - it must have been traced
 * @internal
 */
export function renderFailedRun(whole: FailedRun, columns = COLUMNS): string {
  const run = presentable(whole);
  const sentence = wrap(`✗ ${diagnose(run).sentence}`, columns - INDENT.length);
  return [
    ...sentence.map((line, at) => (at === 0 ? '' : INDENT) + line),
    '',
    ...laneTable(run, { columns, colour: false }),
    '',
    ...fileList(rowsOf(run)).map((file) => INDENT + file),
  ].join('\n');
}
