import { harmless } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { placeOf, type SourcePlace } from '../text/recorded-step.js';
import { nameOf, outcomeOf, type VariantResult } from '../results/results.js';

/**
 * What is not as expected as workflow commands of GitHub Actions, which shows each of them at the line of the code that it is
 * about: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
 *
 * @returns lines, without line breaks
 * @internal
 */
export function annotations(results: readonly VariantResult[]): string[] {
  return results
    .filter((result) => outcomeOf(result) !== 'as expected')
    .map((result) => {
      const { record, message } = result.verdict;
      const place = record === undefined ? undefined : whereItGoesWrong(record);
      const text = record === undefined ? message : diagnose(record).sentence;
      const level = outcomeOf(result) === 'unknown' ? 'warning' : 'error';
      const where = place === undefined ? [] : [`file=${property(place.file)}`, `line=${place.line}`];
      const title = `title=${property(harmless(nameOf(result)))}`;
      return `::${level} ${[...where, title].join(',')}::${escaped(harmless(text))}`;
    });
}

/** Where it goes wrong: the later step of the critical pair, else the last step that somebody's code took. */
function whereItGoesWrong({ steps, explanation }: RaceRecord): SourcePlace | undefined {
  const [, later] = explanation?.pair ?? [];
  const step = steps.find(({ n }) => n === later) ?? steps.findLast(({ source }) => source !== undefined);
  const place = placeOf(step?.source ?? '');
  return place.line === '' ? undefined : place;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
