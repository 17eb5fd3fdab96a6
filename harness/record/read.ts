import { readFile } from 'node:fs/promises';
import type { ZodError, ZodType } from 'zod';
import { fit, harmless } from '../base/text.js';
import { mapsSchema, type FaultMap } from './fault-map.js';
import { RECORD_FORMAT, recordSchema, type RaceRecord } from './format.js';
import { fileProblem, RecordError } from './error.js';

/** Characters of what a message about a damaged file quotes of it. */
const PATH_MAX = 100;
const MESSAGE_MAX = 300;

/**
 * Reads a record from a file.
 *
 * @throws RecordError naming the file and what is wrong with it, in one line
 * @example
 * ```ts
 * import { readRecord } from 'redis-race-lab';
 *
 * const problem = await readRecord('no-such-file.json').catch((error: Error) => error.message);
 * console.log(problem); // says which file, and what is wrong with it
 * ```
 * @public
 */
export async function readRecord(path: string): Promise<RaceRecord> {
  return parseRecord(await textOf(path), path);
}

/**
 * Reads a file that holds a record, or the fault maps that `race-lab map --out` wrote.
 *
 * @throws RecordError naming the file and what is wrong with it, in one line
 * @internal
 */
export async function readFindings(path: string): Promise<RaceRecord | readonly FaultMap[]> {
  const data = parseData(await textOf(path), path);
  return 'maps' in data ? fitting(mapsSchema, data, path).maps : fitting(recordSchema, data, path);
}

/** Is what a file holds fault maps? @internal */
export function isMaps(found: RaceRecord | readonly FaultMap[]): found is readonly FaultMap[] {
  return Array.isArray(found);
}

/**
 * Checks the text of a record.
 *
 * @param name - what to call it in errors
 * @throws RecordError
 * @internal
 */
export function parseRecord(text: string, name: string): RaceRecord {
  const data = parseData(text, name);
  if ('maps' in data) throw new RecordError(`${name} holds fault maps, not a record`);
  return fitting(recordSchema, data, name);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new RecordError(`cannot read ${path}: ${fileProblem(error)}`, { cause: error });
  }
}

/** The content of a file of ours, of a format that this version knows. */
function parseData(text: string, name: string): object {
  let data: unknown;
  try {
    // Editors on Windows like to add a byte order mark.
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = text.trim() === '' ? 'the file is empty' : 'it is not JSON';
    throw new RecordError(`${name} is not a record: ${why}`, { cause: error });
  }
  if (typeof data !== 'object' || data === null || !('format' in data)) {
    throw new RecordError(`${name} is not a record: it has no "format"`);
  }
  const { format } = data;
  if (typeof format === 'number' && format > RECORD_FORMAT) {
    throw new RecordError(
      `${name} was written by a newer version: format ${format}, this version reads up to ${RECORD_FORMAT}`,
    );
  }
  return data;
}

/**
 * The content of a file, checked.
 *
 * @param name - what to call the file in errors
 * @throws RecordError that says where it does not fit
 * @internal
 */
export function fitting<T>(schema: ZodType<T>, data: object, name: string): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new RecordError(`${name} is damaged: ${firstIssue(parsed.error)}`);
  return parsed.data;
}

/** The first thing that does not fit, with the path of its field: `steps[3].worker: expected number, …`. */
function firstIssue(error: ZodError): string {
  const issue = error.issues[0]!;
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  const message = issue.message.replaceAll(/\s*\n\s*/g, ' ');
  return `${fit(harmless(path.replace(/^\./, '')), PATH_MAX) || 'the whole file'}: ${fit(harmless(message), MESSAGE_MAX)}${more}`;
}
