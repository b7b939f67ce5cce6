/** The service worker: styles and scripts of this version, and the form of a report without anybody's cookies. It keeps no
 * page that belongs to somebody. */
/// <reference lib="webworker" />
export {};
declare const self: ServiceWorkerGlobalScope & { huiyin: { version: string; files: string[] } };

const PREFIX = 'huiyin-';
const NAME = PREFIX + self.huiyin.version;
/** More forms than this nobody fills in from one telephone. */
const MOST_PAGES = 12;

/** The page that stands in for on-site records; it holds nothing of anybody. */
const SHEET = '/inspections/sheet';
/** The same for papers of tests. */
const PAPER = '/sittings/sheet';

const isForm = (address: URL): boolean =>
  address.origin === self.location.origin && ['/problems/new', SHEET, PAPER].includes(address.pathname);

/** Where an inspector writes without a network. */
const isVisit = (address: URL): boolean => /^\/inspections\/(mine|[^/]+\/units\/\d+\/record)$/.test(address.pathname);

/** Where somebody answers without a network. */
const isPaper = (address: URL): boolean => /^\/sittings\/[^/]+$/.test(address.pathname);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(self.huiyin.files)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(renew().then(() => self.clients.claim()));
});

/** Another version has other scripts: its forms are fetched anew, the old ones go. */
async function renew(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  for (const name of old) {
    const pages = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url)).filter(isForm);
    for (const page of pages) await keep(page).catch(() => undefined);
    await caches.delete(name);
  }
}

self.addEventListener('message', (event) => {
  const wanted: unknown = (event.data as { keep?: unknown } | null)?.keep;
  if (typeof wanted !== 'string') return;
  const address = new URL(wanted, self.location.origin);
  if (isForm(address)) event.waitUntil(keep(address).catch(() => undefined));
});

/** Keeps a form as a stranger sees it: asked for without cookies, so that nothing in it belongs to anybody. */
async function keep(address: URL): Promise<void> {
  const answer = await fetch(address.href, { credentials: 'omit', cache: 'no-store' });
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(NAME);
  await cache.put(address.href, answer);
  const pages = (await cache.keys()).filter(({ url }) => isForm(new URL(url)));
  for (const page of pages.slice(0, Math.max(0, pages.length - MOST_PAGES))) await cache.delete(page);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (self.huiyin.files.includes(address.pathname)) event.respondWith(asset(request));
  else if (/^\/assets\//.test(address.pathname) || isPicture(address)) event.respondWith(fromSatchel(request));
  else if (request.mode === 'navigate') event.respondWith(page(request, address));
});

/** Pages and pictures of books in the satchel; scripts of the library put them there, under their plain addresses. */
const isBook = (address: URL): boolean => /^\/(satchel|reflections\/new|library\/[0-9a-f]+\/chapters\/\d+)$/.test(address.pathname);
const isPicture = (address: URL): boolean => /^\/library\/[0-9a-f]+\/(images|files)\/[0-9a-f]+$/.test(address.pathname);

async function satchelMatch(address: URL): Promise<Response | undefined> {
  for (const name of (await caches.keys()).filter((each) => each.startsWith('satchel-'))) {
    const kept = await (await caches.open(name)).match(address.pathname);
    if (kept) return kept;
  }
  return undefined;
}

/** What never changes at its address: from the satchel, otherwise from the network. A player asks for pieces; it gets them there. */
async function fromSatchel(request: Request): Promise<Response> {
  if (request.headers.has('range') && navigator.onLine) return fetch(request);
  return (await satchelMatch(new URL(request.url))) ?? fetch(request);
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** From the network; without one, the form that was kept, or the list of those that were. */
async function page(request: Request, address: URL): Promise<Response> {
  try {
    return await fetch(request);
  } catch (failed) {
    const book = isBook(address) ? await satchelMatch(address) : undefined;
    if (book) return book;
    const cache = await caches.open(NAME);
    const sheet = isVisit(address) ? SHEET : isPaper(address) ? PAPER : undefined;
    const wanted = sheet ? new URL(sheet, self.location.origin) : address;
    const kept = isForm(wanted) ? await cache.match(wanted.href) : undefined;
    if (kept) return kept;
    const links = await forms(cache);
    if (links === '') throw failed;
    return new Response(offline(links), { headers: { 'content-type': 'text/html; charset=utf-8' } });
  }
}

/** A link to each form that can be filled in without a network. The words come out of our own pages, escaped already. */
async function forms(cache: Cache): Promise<string> {
  let links = '';
  for (const { url } of await cache.keys()) {
    const address = new URL(url);
    if (!isForm(address) || !address.searchParams.has('town')) continue;
    const text = (await (await cache.match(url))?.text()) ?? '';
    const place = /<p class="form-place">地点：<strong>([^<]*)<\/strong>/.exec(text)?.[1];
    const href = (address.pathname + address.search).replace(/&/g, '&amp;').replace(/"/g, '&quot;');
    if (place) links += `<li><a class="choice-link" href="${href}">${place}</a></li>`;
  }
  return links;
}

function offline(links: string): string {
  const css = self.huiyin.files.find((file) => file.endsWith('.css')) ?? '';
  return `<!doctype html><html lang="zh-CN" data-theme="huiyin"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>没有网络 · 回音</title>
<link rel="stylesheet" href="${css}"></head><body class="calm"><main class="page"><header class="page-head">
<h1>现在没有网络</h1><p class="lead">这一页要联网才能看。反映问题可以先写好，存在本机，有网再提交：</p></header>
<ul class="choice-grid">${links}</ul></main></body></html>`;
}
