/** A record step by step, in a terminal: each step with what Redis held then, and the code that it comes from. */
import { harmless, wrap } from '../../base/text.js';
import type { RaceRecord, RecordStep } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { GrowingLanes } from './growing-lanes.js';
import { valueText } from '../text/command-text.js';
import { INDENT, type View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { placeOf } from '../text/recorded-step.js';
import { scenarioName } from '../text/run-text.js';

const LINES_AROUND = 2;

/** Walks through a record: any step, in any order. @internal */
export class Walk {
  readonly #record: RaceRecord;
  readonly #lanes: GrowingLanes;

  /** @param readSource - reads a source of the project; undefined where there is none, or it is not to be shown */
  constructor(
    record: RaceRecord,
    readonly view: View,
    readonly readSource: (path: string) => string | undefined,
  ) {
    this.#record = presentable(record);
    this.#lanes = new GrowingLanes(record, view);
  }

  /** How many steps there are. */
  get length(): number {
    return this.#record.steps.length;
  }

  /** What it is of, above the first step. */
  title(): string[] {
    return [painterFor(this.view).bold(`${scenarioName(this.#record)}, step by step`)];
  }

  /** @param n - number of the step, from 1 */
  step(n: number): string[] {
    const { steps } = this.#record;
    const step = steps[n - 1]!;
    const painter = painterFor(this.view);
    return [
      '',
      painter.bold(`step ${n} of ${steps.length}, at ${step.atMs} ms`),
      ...this.#lanes.heading(),
      ...this.#lanes.last(steps.slice(0, n)),
      '',
      ...storeAfter(steps.slice(0, n)).map((line) => INDENT + line),
      ...this.#code(step).map((line) => INDENT + line),
      ...(n < steps.length ? [] : ['', ...this.#end()]),
    ];
  }

  #end(): string[] {
    const text = `✗ ${diagnose(this.#record).sentence}`;
    return wrap(text, this.view.columns).map((line) => painterFor(this.view).red(line));
  }

  #code({ source }: RecordStep): string[] {
    const { file, line } = placeOf(source ?? '');
    if (line === '') return [];
    const lines = this.readSource(file)?.split('\n');
    const title = painterFor(this.view).dim(`${file}:${line}`);
    if (lines === undefined) return [title];
    const first = Math.max(1, Number(line) - LINES_AROUND);
    const shown = lines.slice(first - 1, Number(line) + LINES_AROUND);
    return [
      title,
      ...shown.map(
        (text, at) => `${first + at === Number(line) ? '▸' : ' '} ${first + at}  ${harmless(text)}`,
      ),
    ];
  }
}

/** Keys that steps have named so far; what the last one changed is marked. */
function storeAfter(steps: readonly RecordStep[]): string[] {
  const values = new Map(
    steps.flatMap((step) => (step.values ?? []).map((value) => [value.key, { ...value, step }])),
  );
  return [...values.values()].map(({ key, before, after, step }) => {
    const changed = step === steps.at(-1) && before !== after;
    const was = changed ? ` (was ${valueText(before)})` : '';
    return `${changed ? '●' : ' '} ${harmless(key)} = ${valueText(after)}${was}`;
  });
}
