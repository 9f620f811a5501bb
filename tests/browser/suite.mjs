// Every page in a real browser, over the real program: light and dark, desktop and phone, by keyboard,
// with axe; no message on the console, nothing loaded from elsewhere, nothing blocked by the policy.
//
// usage: node suite.mjs PROGRAM CHROMIUM PICTURES HOMES
//
// The homes: the built-in one; one that nothing was heard of; and from the captures in HOMES, read into a
// memory as `watch --import` does, one to which everything in the corpus has happened (`troubled`) and one in
// which every name is an attack (`hostile`).
//
// Nothing here depends on how fast a machine is: what is waited for has a minute.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [program, executablePath, folder, homes] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PATIENCE = 60_000;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 800 } },
};

const SCHEMES = ["light", "dark"];

const problems = [];
const state = mkdtempSync(join(tmpdir(), "houseguest-browser-"));
const running = [];

/** Notes a problem; everything else goes on, so that one run tells all. */
function problem(where, what) {
  problems.push(`${where}: ${what}`);
  console.log(`PROBLEM ${where}: ${what}`);
}

function check(where, holds, what) {
  if (!holds) problem(where, what);
}

/** Starts `watch`, and gives its address once it has one. */
function start(name, ...options) {
  const own = ["watch", "--listen", "127.0.0.1:0", "--state", join(state, name), "--no-notes", ...options];
  const child = spawn(program, own, { stdio: ["ignore", "ignore", "pipe"] });
  running.push(child);
  return new Promise((found, failed) => {
    let said = "";
    const timer = setTimeout(() => failed(new Error(`${name} did not start: ${said}`)), PATIENCE);
    child.stderr.on("data", (data) => {
      said += data;
      const address = said.match(/http:\/\/[0-9.:]+/);
      if (address) {
        clearTimeout(timer);
        found(address[0]);
      }
    });
    child.on("exit", (code) => failed(new Error(`${name} ended with ${code}: ${said}`)));
  });
}

/** Starts `watch` on the captures of a home, and waits until all of them are read and judged. */
async function imported(home) {
  const captures = readdirSync(join(homes, home)).length;
  const base = await start(home, "--import", join(homes, home), "--write-every", "1s");
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const [sources, devices, changes] = await Promise.all(["sources", "devices", "changes"].map(async (what) =>
      (await (await fetch(`${base}/api/v1/${what}`)).json()).length));
    if (sources === captures && devices > 0 && changes > 0) return base;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`the home ${home} was not read`);
}

/** Runs the program to its end with `input`. */
function once(input, ...options) {
  const child = spawn(program, options, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  return new Promise((done) => child.on("exit", done));
}

/** A page whose every complaint is a problem. */
async function open(context, where, base) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problem(where(), `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problem(where(), `script: ${error.message}`));
  page.on("dialog", (dialog) => {
    problem(where(), `dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:")) problem(where(), `loads ${url}`);
  });
  return page;
}

/** What axe says of a page. It is brought in by the debugger, so that the page's own policy stands. */
async function judge(context, page, where, options = { runOnly: RULES }) {
  const debug = await context.newCDPSession(page);
  await debug.send("Runtime.evaluate", { expression: axe });
  const answer = await debug.send("Runtime.evaluate", {
    expression: `axe.run(document, ${JSON.stringify(options)}).then((it) =>
      it.violations.map((v) => v.id + " (" + v.nodes.length + "): " + v.nodes[0].html.slice(0, 160)))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await debug.detach();
  if (answer.exceptionDetails) problem(where, `axe: ${answer.exceptionDetails.text}`);
  for (const finding of answer.result.value ?? []) problem(where, `axe: ${finding}`);
}

/** Every page that varies with the home, by a name for its picture. */
async function addresses(browser, base) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const first = async (path, selector) => {
    await page.goto(base + path);
    const link = page.locator(selector).first();
    return (await link.count()) > 0 ? link.getAttribute("href") : null;
  };
  const device = await first("/devices", ".card h2 a");
  const last = await first("/devices", ".card:last-child h2 a") ?? device;
  const entry = await first("/makers", ".card h2 a");
  await context.close();
  const pages = {
    overview: "/", devices: "/devices", rooms: "/rooms", map: "/map", findings: "/findings", plan: "/plan",
    lookup: "/lookup", makers: "/makers", laws: "/laws", settings: "/settings", changes: "/changes",
    search: "/search?q=camera", nothing: "/search?q=no-such-thing",
  };
  if (device) {
    Object.assign(pages, {
      device, month: `${device}?back=month`, year: `${device}?back=year`,
      label: `${device}/label`, why: "/why/f1", "why-device": "/why/d1",
      letter: `${device}/letter?residence=DE&ask=access`,
      "letter-alone": `${device}/letter.html?residence=DE&ask=access`,
      product: "/lookup?q=camera", "device-last": last,
    });
    if (entry) pages.entry = entry;
  }
  return pages;
}

/** Pages that say the same of every home. */
const SAME = ["lookup", "product", "makers", "entry", "laws", "nothing", "year", "letter-alone"];

/** Looks at every page, on every screen in both schemes of colour, or on those that are asked for. */
async function look(browser, home, base, asked) {
  const all = await addresses(browser, base);
  const pages = asked ? Object.fromEntries(Object.entries(all).filter(([name]) => !SAME.includes(name))) : all;
  for (const [screen, schemes] of Object.entries(asked ?? { desktop: SCHEMES, phone: SCHEMES })) {
    const context = await browser.newContext(SCREENS[screen]);
    let where = "";
    const page = await open(context, () => where, base);
    for (const [name, path] of Object.entries(pages)) {
      where = `${home} ${screen} ${path}`;
      const [scheme, other] = schemes;
      await page.emulateMedia({ colorScheme: scheme });
      const answer = await page.goto(base + path, { waitUntil: "load" });
      check(where, answer.status() === 200, `status ${answer.status()}`);
      const [wide, width] = await page.evaluate(() =>
        [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      check(where, wide <= width, `scrolls sideways: ${wide} in ${width}`);
      check(where, !(await page.title()).includes("acted"), "a name acted");
      await judge(context, page, `${where} (${scheme})`);
      await page.screenshot({ path: join(folder, `${home}-${name}-${scheme}-${screen}.png`), fullPage: true });
      if (other) {
        await page.emulateMedia({ colorScheme: other });
        await judge(context, page, `${where} (${other})`, { runOnly: { type: "rule", values: ["color-contrast"] } });
        await page.screenshot({ path: join(folder, `${home}-${name}-${other}-${screen}.png`), fullPage: true });
      }
    }
    await context.close();
  }
  return pages;
}

/** Goes through a page by keyboard: what has the focus is seen to have it, and all can be reached. */
async function keyboard(browser, base, path) {
  const where = `keyboard ${path}`;
  const context = await browser.newContext(SCREENS.desktop);
  const page = await open(context, () => where, base);
  await page.goto(base + path);
  if ((await page.locator("nav").count()) === 0) {
    // A document that stands alone has no head to skip.
    await context.close();
    return;
  }
  await page.keyboard.press("Tab");
  const skip = page.locator(":focus");
  check(where, (await skip.textContent()) === "Skip to the content", "the first stop is no skip link");
  const box = await skip.boundingBox();
  check(where, box && box.x >= 0 && box.y >= 0, "the skip link is not seen when it has the focus");
  const stops = await page.evaluate(() => {
    const can = "a[href]:not([tabindex='-1']), button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll(can)].filter((it) => it.checkVisibility()).length;
  });
  let reached = 1;
  for (let stop = 1; stop < stops; stop += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const it = document.activeElement;
      if (!it || it === document.body) return null;
      const style = getComputedStyle(it);
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      return { ring, what: it.outerHTML.slice(0, 120) };
    });
    if (!seen) break;
    reached += 1;
    if (!seen.ring) problem(where, `no focus is seen on ${seen.what}`);
  }
  check(where, reached === stops, `${reached} of ${stops} stops were reached`);
  await page.goto(base + path);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const led = page.waitForURL((url) => url.hash === "#main", { timeout: 60_000, waitUntil: "commit" });
  check(where, await led.then(() => true, () => false), "the skip link leads nowhere");
  await context.close();
}

/** What people do, by keyboard alone. */
async function forms(browser, base) {
  const context = await browser.newContext(SCREENS.phone);
  const where = "forms";
  const page = await open(context, () => where, base);
  await page.goto(base);
  await page.locator("#find").focus();
  await page.keyboard.type("camera");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=camera/);
  check(where, (await page.locator("#found-devices").count()) === 1, "a search finds no device");

  await page.goto(`${base}/rooms`);
  const rooms = await page.locator(".room").count();
  const field = page.locator(".room-of input[name=room]").first();
  await field.focus();
  await page.keyboard.type("Attic <b>");
  await page.keyboard.press("Enter");
  await page.locator(".room h2", { hasText: "Attic <b>" }).waitFor();
  check(where, (await page.locator(".room").count()) === rooms + 1, "a new room does not appear");

  await page.goto(`${base}/devices`);
  await page.locator(".card h2 a").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("#findings").waitFor();
  const summary = page.locator("summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  check(where, await summary.evaluate((it) => it.parentElement.open), "details do not open by keyboard");
  await page.locator("a", { hasText: "Write a letter" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("#residence").selectOption("FR");
  await page.locator("#ask").selectOption("deletion");
  await page.locator("button", { hasText: "Write the letter" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("article.letter").waitFor();
  await context.close();
}

/** The first page of a program that hears nothing, the way into the sample home, and back. */
async function first(browser, base) {
  const context = await browser.newContext(SCREENS.desktop);
  const page = await open(context, () => "first page", base);
  await page.goto(base);
  await page.locator("button", { hasText: "Show the sample home" }).click();
  await page.locator("#first", { hasText: "things to do next" }).waitFor();
  await page.locator("button", { hasText: "Back to your own home" }).click();
  await page.locator("button", { hasText: "Show the sample home" }).waitFor();
  await context.close();
}

/** Behind a password: in, wrong and right, and out. */
async function guarded(browser, base) {
  const context = await browser.newContext(SCREENS.phone);
  const refused = /401/;
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("console", (message) => {
    if (message.type() === "error" && !refused.test(message.text())) problem("login", message.text());
  });
  await page.goto(`${base}/devices`);
  await judge(context, page, "login");
  await page.screenshot({ path: join(folder, "guarded-login-light-phone.png"), fullPage: true });
  await page.locator("#password").fill("wrong");
  await page.keyboard.press("Enter");
  await page.locator("[role=alert]").waitFor();
  await judge(context, page, "login refused");
  await page.locator("#password").fill("correct horse battery");
  await page.keyboard.press("Enter");
  await page.locator("button", { hasText: "Log out" }).click();
  await page.locator("#password").waitFor();
  await context.close();
}

/** Without scripts everything is there all the same. */
async function scriptless(browser, base) {
  const context = await browser.newContext({ ...SCREENS.desktop, javaScriptEnabled: false });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${base}/map`);
  check("scriptless", (await page.locator("svg.streams").count()) === 1, "no picture without scripts");
  await context.close();
}

/** What is being done, and when: where a run hangs its reader sees at what. */
async function step(name, work) {
  console.log(`${Math.round(process.uptime())} s: ${name}`);
  return work();
}

async function all(browser) {
  const sample = await start("sample", "--sample");
  const pages = await step("every page of the sample home", () => look(browser, "sample", sample));
  for (const path of new Set(Object.values(pages))) {
    await step(`by keyboard: ${path}`, () => keyboard(browser, sample, path));
  }
  await step("without scripts", () => scriptless(browser, sample));
  await step("forms", () => forms(browser, sample));
  const others = { troubled: { desktop: ["light"], phone: ["dark"] }, hostile: { phone: ["light"] } };
  for (const [home, asked] of Object.entries(others)) {
    const base = await step(`the home ${home} is read`, () => imported(home));
    await step(`every page of the home ${home}`, () => look(browser, home, base, asked));
  }
  const empty = await start("empty");
  await step("every page of a home not yet heard", () => look(browser, "empty", empty, { phone: SCHEMES }));
  await step("the first page", () => first(browser, empty));
  await once("correct horse battery\n", "watch", "--set-password", "--state", join(state, "guarded"));
  const closed = await start("guarded");
  await step("behind a password", () => guarded(browser, closed));
}

/** Leaves nothing behind. */
function clear() {
  for (const child of running) {
    child.removeAllListeners("exit");
    child.kill();
  }
  rmSync(state, { recursive: true, force: true });
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    clear();
    process.exit(1);
  });
}

mkdirSync(folder, { recursive: true });
const own = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
try {
  const browser = await chromium.launch({ executablePath, args: ["--disable-gpu", "--disable-dev-shm-usage", ...own] });
  try {
    await all(browser);
  } finally {
    await browser.close();
  }
} catch (error) {
  problem("the suite itself", error.stack ?? error);
} finally {
  clear();
}
console.log(problems.length === 0 ? "browser: no problem" : `browser: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
