/** A slip's picture opens /follow#CODE, a sheet's /sheets#CODE or /results#CODE: what stands behind # never leaves the telephone. It goes
 * into the field and out of the address. */
export function receipt(): void {
  document.addEventListener('DOMContentLoaded', () => {
    const field = document.querySelector<HTMLInputElement>('form[action="/follow"] input[name="code"], form[data-code] input[name="code"]');
    const code = decodeURIComponent(window.location.hash.slice(1));
    if (!field || !/^[0-9A-Za-z -]{13,20}$/.test(code)) return;
    field.value = code;
    window.history.replaceState(null, '', window.location.pathname);
    field.form?.querySelector<HTMLElement>('button[type=submit]')?.focus();
  });
}
