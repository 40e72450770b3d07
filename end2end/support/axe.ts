// What a machine can see of what keeps somebody out: axe, and icons without a drawing.
import AxeBuilder from '@axe-core/playwright';
import type { Frame, Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/** What axe found, one line a rule, with the first place of each. A page that only changed its colours is examined for its colours. */
export async function violations(page: Page, colours: 'and everything else' | 'only'): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations: found } = await (colours === 'only' ? axe.withRules(['color-contrast']) : axe.withTags(RULES)).analyze();
  return found.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.length} ×, first ${String(nodes[0]?.target)}: ${nodes[0]?.failureSummary ?? ''})`);
}

/** Icons without a drawing. */
export function undrawn(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const references = [...document.querySelectorAll('use')].map((use) => use.getAttribute('href') ?? '');
    return references.filter((reference) => !document.getElementById(reference.replace('#', '')));
  });
}
