import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

import { ensurePackages } from '../../../toolchain/packages.ts'

/** Starts Debian's Chromium, and installs it where it is missing. It has no sandbox of its own: root may not have one. */
export const startBrowser = async (): Promise<Browser> => {
  await ensurePackages(['chromium'], (line) => { process.stderr.write(`${line}\n`) })
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
}

/** What axe finds on a page against WCAG 2.1 AA and its own best practices: the rule, and the elements that break it. */
export const accessibilityOf = async (page: Page): Promise<string[]> => {
  // Not a script element: the page's Content-Security-Policy lets in none.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(async () => (globalThis as unknown as { readonly axe: { readonly run: () => Promise<axe.AxeResults> } }).axe.run()) // the line before put it there
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}
