import { Chalk, type ChalkInstance } from 'chalk';
import { diagnose } from './diagnosis.js';
import { explainedText } from './explained.js';
import { exploredText, type Explored } from './explored.js';
import type { ExecutionSize, RaceRecord } from './format.js';
import { laneTable } from './lanes.js';
import { fileList, rowsOf } from './rows.js';
import { count, grouped, harmless, wrap } from './text.js';

/** What a failure print knows beyond the record. */
export interface FailureContext {
  /** Columns available. Default: 100. */
  readonly columns?: number;
  /** Default: none; nothing is said by colour alone. */
  readonly colour?: boolean;
  /** What the exploration covered; absent when only the record is at hand. */
  readonly verdict?: Explored;
  /** One line to copy, which runs the record again. */
  readonly replay?: string;
  /** Show also the steps that are not causally before the failure. Default: false. */
  readonly all?: boolean;
}

/** Narrower terminals get lines that are too long rather than tables without content. */
export const COLUMNS_MIN = 40;
const COLUMNS_DEFAULT = 100;
const INDENT = '  ';
const LABEL_WIDTH = 11;

/**
 * A finding as people read it, from top to bottom: what happened, in one sentence; what was expected; the steps; how
 * small it is; how it was found; how to see it again. Ends without a line break.
 */
export function renderFailure(record: RaceRecord, context: FailureContext = {}): string {
  const { columns = COLUMNS_DEFAULT, colour = false, replay, all = false } = context;
  const layout = { columns: Math.max(COLUMNS_MIN, columns), colour, all };
  const style = new Chalk({ level: layout.colour ? 1 : 0 });
  const fields = new Fields(layout.columns, style);
  const { verdict } = record;
  const explained = explainedText(record);
  const head = wrap(`✗ ${diagnose(record).sentence}`, layout.columns - INDENT.length);
  return [
    ...head.map((line, at) => (at === 0 ? '' : INDENT) + style.bold.red(line)),
    '',
    ...fields.line('scenario', harmless(scenarioName(record))),
    ...fields.line(verdict.kind, harmless(verdict.invariant)),
    ...fields.line('expected', harmless(verdict.expected), style.green),
    ...fields.line('observed', harmless(verdict.observed), style.red),
    ...(verdict.where === undefined ? [] : fields.line('where', harmless(verdict.where.join(' ← ')))),
    '',
    ...laneTable(record, layout),
    '',
    ...fileList(rowsOf(record)).flatMap((file, at) => fields.line(at === 0 ? 'code' : '', file)),
    ...(explained === undefined ? [] : fields.line('critical', explained.pair)),
    ...fields.line('minimal', sizeText(record.minimal)),
    ...fields.line('shrunk', shrinkText(record)),
    ...(explained?.needed ?? []).flatMap((line, at) => fields.line(at === 0 ? 'needed' : '', line)),
    ...fields.line('found', foundText(record)),
    ...(context.verdict === undefined ? [] : fields.line('explored', exploredText(context.verdict))),
    ...fields.line('again', reproducedText(record.reproduced)),
    ...fields.line('with', setupText(record)),
    // Never broken: it is there to be copied.
    ...(replay === undefined ? [] : [fields.label('replay') + style.bold(replay)]),
  ].join('\n');
}

/** Lines with a label, aligned, continued under their text. */
export class Fields {
  constructor(
    readonly columns: number,
    readonly style: ChalkInstance,
  ) {}

  label(name: string): string {
    return INDENT + this.style.dim(name.padEnd(LABEL_WIDTH));
  }

  line(name: string, text: string, paint: (text: string) => string = (plain) => plain): string[] {
    const lines = wrap(text, this.columns - INDENT.length - LABEL_WIDTH);
    return lines.map((line, at) => this.label(at === 0 ? name : '') + paint(line));
  }
}

/** Lab and variant, or the scenario's own name. */
export function scenarioName({
  lab,
  variant,
  scenario,
}: Pick<RaceRecord, 'lab' | 'variant' | 'scenario'>): string {
  return lab === undefined || variant === undefined ? scenario : `${lab}/${variant}`;
}

/** `2 workers, 4 steps, 1 preemption, 0 faults`. */
export function sizeText({ workers, steps, preemptions, faults }: ExecutionSize): string {
  return [
    count(workers, 'worker'),
    count(steps, 'step'),
    count(preemptions, 'preemption'),
    count(faults, 'fault'),
  ].join(', ');
}

function shrinkText({ minimal, found: { from, shrinkRuns } }: RaceRecord): string {
  const tried = count(shrinkRuns, 'execution');
  const parts = (['workers', 'steps', 'preemptions', 'faults'] as const).filter(
    (part) => from[part] !== minimal[part],
  );
  if (parts.length === 0) return `it was found at this size (${tried} tried)`;
  const changes = parts.map((part) => `${part} ${grouped(from[part])} → ${grouped(minimal[part])}`);
  return `${changes.join(', ')} (${tried} tried)`;
}

function foundText({ found: { strategy, sampler, execution } }: RaceRecord): string {
  const by = sampler === undefined ? `${strategy} exploration` : `${sampler} (strategy ${strategy})`;
  return `in execution ${grouped(execution)}, by ${by}`;
}

function reproducedText({ times, of }: RaceRecord['reproduced']): string {
  const text = `reproduced ${times}/${of}`;
  return times === of ? text : `${text}: something that the lab does not control takes part in it`;
}

/** Server, client, and what was offered. */
export function setupText({ redis, client, workers, faultBudget, seed }: RaceRecord): string {
  const product = redis.product === 'valkey' ? 'Valkey' : 'Redis';
  const offered = `${count(workers, 'worker')} and ${count(faultBudget, 'fault')} offered`;
  const ioredis = `ioredis ${client.ioredis} (${client.profile})`;
  return `${product} ${redis.version} (${redis.source}, clock ${redis.clock}), ${ioredis}, ${offered}, seed ${seed}`;
}
