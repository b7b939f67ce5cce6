// Every page that a person comes to by its links: one address for each shape of address.

/** What never becomes a page of its own: files, machines' answers, and ways out. */
const SKIPPED = /^\/(assets|api|open311|metrics|healthz|sign-out)(\/|\?|$)|\.(xlsx|csv|docx|atom|geojson|json|xml|webp|jpg|png|zip|pdf|svg)(\?|$)|^\/photos\/|\/(feed|sheet)(\?|$)/;

/** The shape of an address: numbers, ids, names of figures and how far a list is narrowed do not make another page. */
function shape(address) {
  const url = new URL(address, 'http://here');
  const parts = url.pathname.split('/').map((part) => {
    const word = decodeURIComponent(part);
    return /[\d_]|\p{Script=Han}/u.test(word) ? '*' : word;
  });
  const asked = Math.min(2, new Set(url.searchParams.keys()).size);
  return parts.join('/') + '?'.repeat(asked);
}

/**
 * Walks the links from `from`, breadth first, and calls `visit(shape)` on each page whose shape `seen` does not hold yet.
 * A page that is known is opened once more for its links: whoever may do more finds others behind the same address.
 * Gives the addresses that answered with an error.
 */
export async function crawl(page, from, seen, visit) {
  const broken = [];
  const queued = new Set([shape(from)]);
  const queue = [from];
  while (queue.length > 0) {
    const address = queue.shift();
    const answer = await open(page, address);
    if (answer === 'download') continue;
    if (!answer || answer.status() >= 400) {
      broken.push(`${answer?.status()} ${address}`);
      continue;
    }
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href^="/"]')].map((link) => link.getAttribute('href')));
    const here = shape(address);
    if (!seen.has(here)) {
      seen.add(here);
      await visit(here);
    }
    for (const link of links) {
      const plain = link.split('#')[0];
      if (!plain || SKIPPED.test(plain) || queued.has(shape(plain))) continue;
      queued.add(shape(plain));
      queue.push(plain);
    }
  }
  return broken;
}

/** The answer, or 'download' where the address gives a file. */
async function open(page, address) {
  try {
    return await page.goto(address);
  } catch (error) {
    if (/Download is starting|ERR_ABORTED/.test(error.message)) return 'download';
    throw error;
  }
}
