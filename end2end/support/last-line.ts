// One closing line that a person, or a script, can read: `end2end: 61 passed, 0 failed, 0 skipped in 214 s`.
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class LastLine implements Reporter {
  private readonly begun = Date.now();
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };

  onTestEnd(_test: TestCase, result: TestResult) {
    if (result.status === 'passed' || result.status === 'skipped') this.counts[result.status] += 1;
    else this.counts.failed += 1;
  }

  onEnd(result: FullResult) {
    const { passed, failed, skipped } = this.counts;
    const seconds = Math.round((Date.now() - this.begun) / 1000);
    const verdict = result.status === 'passed' ? '' : ` (${result.status})`;
    console.log(`end2end: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s${verdict}`);
  }

  printsToStdio() {
    return false;
  }
}
