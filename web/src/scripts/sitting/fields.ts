/** The answer of one question as its controls say it, and the other way round. The server reads a plain form the same way. */

/** What was chosen or written. */
export function read(question: HTMLFieldSetElement): string {
  const way = question.dataset['way'];
  if (way === 'single' || way === 'multiple') {
    return inputs(question).filter((input) => input.checked).map((input) => input.value).join(',');
  }
  const selects = lines(question);
  if (way === 'match') return emptied(selects.map((select) => select.value).join(','));
  if (way === 'order') {
    const at = selects.map((_, place) => selects.findIndex((select) => select.value === String(place)));
    return emptied(at.map((line) => (line < 0 ? '' : String(line))).join(','));
  }
  return text(question)?.value ?? '';
}

/** Puts an answer into the controls. */
export function write(question: HTMLFieldSetElement, value: string): void {
  const way = question.dataset['way'];
  const parts = value.split(',');
  if (way === 'single' || way === 'multiple') {
    for (const input of inputs(question)) input.checked = parts.includes(input.value);
  } else if (way === 'match') {
    lines(question).forEach((select, line) => (select.value = parts[line] ?? ''));
  } else if (way === 'order') {
    lines(question).forEach((select, line) => {
      const place = parts.indexOf(String(line));
      select.value = place < 0 ? '' : String(place);
    });
  } else {
    const control = text(question);
    if (control) control.value = value;
  }
}

/** Whether somebody has answered since the page was drawn; on a slow line he is quicker than its scripts. */
export function touched(question: HTMLFieldSetElement): boolean {
  const control = text(question);
  return (
    inputs(question).some((input) => input.checked !== input.defaultChecked) ||
    lines(question).some((select) => select.value !== drawn(select)) ||
    (control !== null && control.value !== control.defaultValue)
  );
}

/** What a select showed at first: the option marked so, otherwise its first. */
const drawn = (select: HTMLSelectElement): string | undefined =>
  (Array.from(select.options).find((option) => option.defaultSelected) ?? select.options[0])?.value;

const inputs = (question: HTMLElement): HTMLInputElement[] => Array.from(question.querySelectorAll('.choice-mark'));
const lines = (question: HTMLElement): HTMLSelectElement[] => Array.from(question.querySelectorAll('select'));
const text = (question: HTMLElement): HTMLInputElement | HTMLTextAreaElement | null => question.querySelector('.input, .textarea');
/** Commas alone are no answer. */
const emptied = (value: string): string => (/^,*$/.test(value) ? '' : value);
