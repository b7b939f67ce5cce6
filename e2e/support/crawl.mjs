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
 * A page that is known is asked for once more for its links: whoever may do more finds others behind the same address.
 * Gives the addresses that answered with an error.
 */
export async function crawl(page, from, seen, visit) {
  const broken = [];
  const queued = new Set([shape(from)]);
  const queue = [from];
  while (queue.length > 0) {
    const address = queue.shift();
    const here = shape(address);
    const { status, links } = seen.has(here) ? await fetched(page, address) : await opened(page, address);
    if (status >= 400) {
      broken.push(`${status} ${address}`);
      continue;
    }
    if (!seen.has(here) && status > 0) {
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

/** The links of a page that need not be seen again: asked for with its cookies and not drawn. */
async function fetched(page, address) {
  const answer = await page.request.get(address);
  const isPage = answer.headers()['content-type']?.startsWith('text/html');
  const links = isPage ? [...(await answer.text()).matchAll(/<a\b[^>]*\bhref="(\/[^"]*)"/g)].map(([, link]) => link.replaceAll('&amp;', '&').replaceAll('&#38;', '&')) : [];
  return { status: answer.status(), links };
}

/** The same of a page that is opened; its status is 0 where the address gives a file. */
async function opened(page, address) {
  try {
    const answer = await page.goto(address);
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href^="/"]')].map((link) => link.getAttribute('href')));
    return { status: answer.status(), links };
  } catch (error) {
    if (/Download is starting|ERR_ABORTED/.test(error.message)) return { status: 0, links: [] };
    throw error;
  }
}
