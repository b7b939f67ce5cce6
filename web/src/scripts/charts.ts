/** Fetches the script that draws charts, only on a page that has one. */
export function charts(root: ParentNode): void {
  const pictures = root.querySelectorAll<HTMLElement>('[data-chart]');
  const source = pictures[0]?.dataset['script'];
  if (!source) return;
  const tell = () => document.dispatchEvent(new CustomEvent('huiyin:charts'));
  if (document.querySelector(`script[src="${source}"]`)) {
    tell();
    return;
  }
  const script = document.createElement('script');
  script.src = source;
  script.addEventListener('load', tell);
  document.head.append(script);
}
