/** Fetches the script that draws the map when somebody asks for it: the table says the same and comes first. */
export function maps(): void {
  document.addEventListener('click', (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>('[data-map-open]');
    const place = pressed?.closest<HTMLElement>('[data-map]');
    const source = place?.dataset['script'];
    if (!pressed || !place || !source) return;
    pressed.setAttribute('aria-busy', 'true');
    const tell = () => {
      pressed.parentElement?.setAttribute('hidden', '');
      document.dispatchEvent(new CustomEvent('huiyin:map'));
    };
    if (document.querySelector(`script[src="${source}"]`)) {
      tell();
      return;
    }
    const script = document.createElement('script');
    script.src = source;
    script.addEventListener('load', tell);
    script.addEventListener('error', () => {
      pressed.removeAttribute('aria-busy');
      pressed.textContent = '地图没有打开，再点一次试试';
      script.remove();
    });
    document.head.append(script);
  });
}
