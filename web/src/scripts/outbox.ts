/** A report or an answer that waits on this telephone for a network is sent from any page; the script that does it is fetched only then. */
export function outbox(): void {
  let waits = false;
  try {
    waits = ['huiyin.outbox', 'huiyin.answers'].some((flag) => localStorage.getItem(flag) !== null);
  } catch {
    return;
  }
  const source = document.querySelector<HTMLElement>('script[data-report]')?.dataset['report'];
  if (!waits || !source || document.querySelector(`script[src="${source}"]`)) return;
  const script = document.createElement('script');
  script.src = source;
  document.head.append(script);
}
