// A reporter of vitest for the summary at the end: writes counts and failures, with what was expected and what was
// there, to the file that RACE_LAB_REPORT names. vitest's own JSON leaves out the difference and errors outside of tests.
import { writeFileSync } from 'node:fs';

/** Where an error comes from; of one outside of tests vitest has not taken the stack apart. */
function place({ stacks = [], stack = '' }) {
  const [first] = stacks;
  if (first !== undefined) return [`at ${first.file}:${first.line}:${first.column}`];
  const lines = stack.split('\n').map((line) => line.trim());
  return lines.filter((line) => /^at (?!.*(?:node_modules|node:))/.test(line)).slice(0, 1);
}

/** An error as lines: what it says, the difference, and where. */
const told = (error) =>
  [error.message, ...(error.diff === undefined ? [] : [error.diff]), ...place(error)].join('\n');

export default class Reporter {
  onTestRunEnd(modules, unhandled) {
    const report = { passed: 0, skipped: 0, failures: [] };
    for (const module of modules) {
      const path = module.relativeModuleId;
      const fail = (what, errors) => {
        if (errors.length > 0) report.failures.push({ what, message: errors.map(told).join('\n') });
      };
      fail(path, module.errors());
      for (const suite of module.children.allSuites()) fail(`${path} > ${suite.fullName}`, suite.errors());
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === 'passed') report.passed += 1;
        else if (state === 'failed') fail(`${path} > ${test.fullName}`, errors);
        else report.skipped += 1;
      }
    }
    for (const error of unhandled)
      report.failures.push({ what: 'an error outside of any test', message: told(error) });
    writeFileSync(process.env.RACE_LAB_REPORT, JSON.stringify(report));
  }
}
