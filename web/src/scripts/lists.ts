import htmx from 'htmx.org';

/** A list that is narrowed by selects changes as one chooses; words are looked for when the form is sent. */
export function lists(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-live]')) {
    if (form.dataset['alive']) continue;
    form.dataset['alive'] = 'yes';
    form.addEventListener('change', (event) => {
      if ((event.target as HTMLElement).tagName === 'SELECT') narrow(form);
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      narrow(form);
    });
  }
}

function narrow(form: HTMLFormElement): void {
  const asked = new URLSearchParams();
  new FormData(form).forEach((value, name) => {
    if (typeof value === 'string' && value !== '') asked.append(name, value);
  });
  const words = asked.toString();
  const path = form.getAttribute('action') ?? '';
  const address = words ? `${path}?${words}` : path;
  const focused = document.activeElement?.id;
  void htmx.ajax('get', address, { target: '#content', swap: 'innerHTML' }).then(() => {
    window.history.pushState({}, '', address);
    shown = window.location.pathname + window.location.search;
    if (focused) document.getElementById(focused)?.focus();
  });
}

// A list changed in place stands in the history as a page of its own: going back asks the server for it. A jump within the
// page also counts as history and leaves it alone.
let shown = window.location.pathname + window.location.search;
window.addEventListener('popstate', () => {
  if (window.location.pathname + window.location.search !== shown) window.location.reload();
});
