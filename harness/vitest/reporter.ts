/**
 * A reporter for Vitest: `reporters: ['default', ['redis-race-lab/vitest/reporter', { folder: 'reports/races' }]]`.
 *
 * Writes what was explored in tests into a folder, as `race-lab run` does for labs and race files: a page, results, JUnit, a
 * summary, and a record of each finding. Test files import `redis-race-lab/vitest`, or `setupFiles` names it.
 *
 * @packageDocumentation
 */
import { relative, resolve, sep } from 'node:path';
import { regexpText } from '../base/text.js';
import type { TestCase, TestModule, Vitest } from 'vitest/node';
import { expectedByTest } from '../assert/expected-by-test.js';
import { checkNames } from '../base/option-names.js';
import { TOOL_NAME, TOOL_VERSION } from '../record/tool.js';
import { renderPage } from '../report/page/page.js';
import { readInside } from '../report/page/read-inside.js';
import { PAGE_FILE } from '../report/results/report-contents.js';
import { ReportFolder } from '../report/results/report-folder.js';
import { buildReports, recordPath } from '../report/results/reports.js';
import type { RunFacts, VariantResult } from '../report/results/results.js';
import { tallyText } from '../report/results/results-table.js';
import { shellWord } from '../report/text/shell-word.js';
import { REPORTED, toldOf } from './told-verdicts.js';

/** Where the reports go, unless it is said. */
const FOLDER = 'reports/vitest';

/** Why it is no error in JUnit that nobody can tell. */
const SETTLED = 'its test passed all the same';

/**
 * What the reporter takes.
 *
 * @public
 */
export interface RaceLabReporterOptions {
  /** Folder of the reports, relative to the root of Vitest; replaced as a whole. Default: `reports/vitest`. */
  readonly folder?: string;
}

/** A result, and how to see it again. */
interface Reported extends VariantResult {
  readonly again: string;
  /** Its test looked at it by itself, and passed. */
  readonly settled: boolean;
}

/**
 * Writes the reports of a run of Vitest.
 *
 * @example
 * ```ts
 * import RaceLabReporter from 'redis-race-lab/vitest/reporter';
 *
 * // In vitest.config.ts: test: { reporters: ['default', reporter] }.
 * const reporter = new RaceLabReporter({ folder: 'reports/races' });
 * console.log(reporter.folder); // reports/races
 * ```
 * @public
 */
export default class RaceLabReporter {
  /** Folder of the reports, as it was given. */
  readonly folder: string;
  #vitest: Vitest | undefined;
  #ranAt = '';

  /** @throws ScenarioError for an option that does not exist */
  constructor(options: RaceLabReporterOptions = {}) {
    checkNames(options, { folder: true }, 'the reporter');
    this.folder = options.folder ?? FOLDER;
  }

  /** Tells the processes of the tests that somebody wants to know. @throws RecordError where no reports may be put into the folder */
  async onInit(vitest: Vitest): Promise<void> {
    this.#vitest = vitest;
    (vitest.provide as (key: string, value: unknown) => void)(REPORTED, true);
    await this.#open(vitest);
  }

  /** Notes when a run begins. */
  onTestRunStart(): void {
    this.#ranAt = new Date().toISOString();
  }

  /** Writes the reports, where something was explored. */
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const vitest = this.#vitest;
    if (vitest === undefined) return;
    const results = resultsOf(modules, vitest.config.root);
    const [first] = results;
    if (first === undefined) return;
    const run: RunFacts = {
      tool: { name: TOOL_NAME, version: TOOL_VERSION },
      redis: first.verdict.redis,
      ranAt: this.#ranAt,
    };
    const again = new Map(results.map((one) => [one.record, one.again]));
    const page = renderPage(results, {
      run,
      measurements: [],
      readSource: (path) => readInside(vitest.config.root, path),
      replayLine: (record) => again.get(record) ?? '',
    });
    const settled = new Set<VariantResult>(results.filter((one) => one.settled));
    const { files } = buildReports(run, results, [], (one) => (settled.has(one) ? SETTLED : undefined));
    const folder = await this.#open(vitest);
    await folder.replace(new Map([...files, [PAGE_FILE, page]]));
    vitest.logger.log(`race-lab: ${tallyText(results)}: ${this.folder}/${PAGE_FILE}`);
  }

  #open(vitest: Vitest): Promise<ReportFolder> {
    return ReportFolder.open(resolve(vitest.config.root, this.folder), 'the option "folder" of the reporter');
  }
}

/** What was explored in all tests, each by the path of its file and the name of its test. */
function resultsOf(modules: readonly TestModule[], root: string): Reported[] {
  const names = new Set<string>();
  return modules.flatMap((module) => {
    const lab = relative(root, module.moduleId).split(sep).join('/');
    return [...module.children.allTests()].flatMap((test) =>
      toldOf(test.meta()).map(({ verdict, claim }, _, all): Reported => {
        const name = all.length === 1 ? test.fullName : `${test.fullName} > ${verdict.scenario}`;
        const variant = fresh(names, lab, name);
        const passed = test.result().state === 'passed';
        return {
          lab,
          variant,
          expect: expectedByTest(verdict, claim, passed),
          settled: claim === undefined && passed,
          verdict,
          record: verdict.record === undefined ? undefined : recordPath(lab, variant),
          again: againLine(lab, test),
        };
      }),
    );
  });
}

/** A name that no other result of the file has. */
function fresh(names: Set<string>, lab: string, name: string): string {
  for (let nth = 1; ; nth++) {
    const wanted = nth === 1 ? name : `${name} #${nth}`;
    const whole = JSON.stringify([lab, wanted]);
    if (names.has(whole)) continue;
    names.add(whole);
    return wanted;
  }
}

/** The line that runs the test again. */
function againLine(file: string, { name }: TestCase): string {
  return `npx vitest run ${shellWord(file)} -t ${shellWord(regexpText(name))}`;
}
