// Chromium as the journeys see it: a phone or a desk, with or without scripts, and nothing that calls home.
import { chromium } from 'playwright-core';

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** What htmx says of a request whose page was left before the answer, and the second line to each of its errors. */
const LEFT = /^htmx:(sendAbort|afterRequest),/;

/** Starts Debian's Chromium; CHROMIUM names another one. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
}

/**
 * Opens a page of its own session. `size` is PHONE or DESK; `scripts: false` is a browser without JavaScript.
 * What the page complains about (errors, refused resources, answers of 500) is collected in `page.complaints`.
 */
export async function open(browser, city, { size = DESK, scripts = true, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: city.url,
    viewport: size,
    isMobile: size.width < 600,
    hasTouch: size.width < 600,
    javaScriptEnabled: scripts,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    serviceWorkers: 'allow',
    ...more,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !LEFT.test(message.text())) page.complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 500) page.complaints.push(`${answer.status()}: ${answer.url()}`);
    if (new URL(answer.url()).origin !== new URL(city.url).origin) page.complaints.push(`foreign: ${answer.url()}`);
  });
  return page;
}

/** Cuts the page off from the network, or connects it again. */
export const offline = (page, cut = true) => page.context().setOffline(cut);

/** Presses Tab until the focus is on what matches the selector; says where it was when it never got there. */
export async function tabTo(page, selector, most = 60) {
  const passed = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      return { arrived: Boolean(focused?.matches(wanted)), name: focused?.textContent?.trim().slice(0, 20) ?? '' };
    }, selector);
    if (here.arrived) return step + 1;
    passed.push(here.name);
  }
  throw new Error(`Tab never reached ${selector}; it passed ${passed.join(' · ')}`);
}

/** How far the page is wider than the screen, in pixels; a page that scrolls sideways is a fault on a phone. */
export const overflow = (page) =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
