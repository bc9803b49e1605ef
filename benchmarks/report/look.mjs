// Opens pages in headless Chromium and prints one JSON line per view: accessibility, size, time to load, scroll, print.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [modules, ...pages] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const views = {
  desktop: { viewport: { width: 1280, height: 1000 } },
  dark: { viewport: { width: 1280, height: 1000 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true },
  // What a window 1280 wide has left at 400 %: nothing may need scrolling sideways.
  narrow: { viewport: { width: 320, height: 640 } },
  // What A4 leaves between its margins: what is wider is cut off there.
  paper: { viewport: { width: 688, height: 1000 }, media: "print" },
};
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const one of pages) {
  const [file, big] = one.split("?");
  for (const [view, options] of Object.entries(big ? { desktop: views.desktop } : views)) {
    const context = await browser.newContext({ ...options, bypassCSP: true });
    const page = await context.newPage();
    await page.emulateMedia({ media: options.media ?? "screen" });
    const began = performance.now();
    await page.goto(`file://${file}`);
    const found = { file, view, load_ms: Math.round(performance.now() - began) };
    const size = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
    found.height = size[0];
    found.too_wide = size[1] > options.viewport.width;
    await page.screenshot({ path: file.replace(/html$/, `${view}.png`) });
    let worst = 0;
    for (let step = 1; step <= 40; step += 1) {
      const from = performance.now();
      await page.evaluate((y) => new Promise((done) => {
        scrollTo(0, y);
        requestAnimationFrame(() => requestAnimationFrame(done));
      }), (size[0] * step) / 40);
      worst = Math.max(worst, performance.now() - from);
    }
    found.slowest_scroll_ms = Math.round(worst);
    if (!big && !options.media) {
      // A card that is far away has no boxes yet: axe would measure what nobody sees.
      await page.addStyleTag({ content: ".card { content-visibility: visible !important; }" });
      await page.evaluate(axe);
      found.violations = await page.evaluate(async (only) => {
        const result = await axe.run(document, { runOnly: only });
        return result.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`);
      }, rules);
    }
    if (view === "desktop" && big !== "screen") {
      await page.emulateMedia({ media: "print" });
      const from = performance.now();
      const pdf = await page.pdf({ preferCSSPageSize: true, timeout: 600000 });
      found.print_ms = Math.round(performance.now() - from);
      found.pdf_mb = Math.round(pdf.length / 1e5) / 10;
    }
    console.log(JSON.stringify(found));
    await context.close();
  }
}
await browser.close();
