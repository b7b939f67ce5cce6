/** A form is sent once: a second press while the answer is on its way does nothing. */
export function sending(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset['sent']) {
      event.preventDefault();
      return;
    }
    form.dataset['sent'] = 'yes';
    form.setAttribute('aria-busy', 'true');
  });
  // Whoever comes back by the browser's own way finds the form as he left it, and may send it again.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) {
      delete form.dataset['sent'];
      form.removeAttribute('aria-busy');
    }
  });
}
