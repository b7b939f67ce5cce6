/** A paper on the page: every change is kept here first, then sent; the page says how far it is. */
import { type News, deliver } from './delivery';
import { read, touched, write } from './fields';
import { type Answer, answerFind, answerList, answerPut, flag, paperFind, paperPut } from './store';

const SAYS: Record<Answer['state'], string> = {
  waiting: '已保存到本机',
  saved: '已上传',
  late: '已上传，晚于截止时间，由组织单位核对',
  refused: '这个答案太长，没有上传，请改短',
};

/** Pauses between two tries without a network, in milliseconds. */
const SOON = 700;
const RETRY = 15_000;

export class PaperForm {
  private readonly sitting: string;
  private readonly ends: number;
  private timer = 0;
  private over = false;
  /** Whether the last sending found nobody: a browser may hold itself to be online on a network that leads nowhere. */
  private cut = false;
  /** Questions answered before this script had come. */
  private readonly early: Set<HTMLFieldSetElement>;

  constructor(
    private readonly form: HTMLFormElement,
    /** When time is over by this device's clock; what the page itself says where it came from the server. */
    ends?: number,
  ) {
    this.sitting = form.dataset['sitting'] ?? '';
    this.early = new Set(Array.from(form.querySelectorAll<HTMLFieldSetElement>('fieldset[data-place]')).filter(touched));
    this.ends = ends ?? Date.now() + Number(form.dataset['left']) * 1000;
    form.addEventListener('input', (event) => this.changed(event.target as Element));
    form.addEventListener('submit', (event) => this.submitted(event));
    form.querySelector('[data-sitting-save]')?.addEventListener('click', (event) => {
      event.preventDefault();
      this.send(0);
    });
    window.addEventListener('online', () => this.send(0));
    document.addEventListener('huiyin:answered-elsewhere', (event) => this.elsewhere((event as CustomEvent).detail));
    const bar = form.querySelector<HTMLElement>('[data-sitting-bar]');
    if (bar) bar.hidden = false;
  }

  /** Shows what this browser knows better than the page, and sends what waits. */
  async begin(): Promise<void> {
    for (const answer of await answerList(this.sitting)) {
      const question = this.question(answer.place);
      if (!question || answer.seq < Number(question.dataset['seq'])) continue;
      question.dataset['seq'] = String(answer.seq);
      if (this.early.has(question)) continue;
      write(question, answer.value);
      this.say(question, SAYS[answer.state]);
    }
    for (const question of this.early) this.changed(question);
    if ((await paperFind(this.sitting))?.submit) this.locked();
    await this.count();
    this.tick();
    this.send(0);
  }

  private question(place: number): HTMLFieldSetElement | null {
    return this.form.querySelector<HTMLFieldSetElement>(`fieldset[data-place="${place}"]`);
  }

  private changed(target: Element): void {
    const question = target.closest<HTMLFieldSetElement>('fieldset[data-place]');
    if (!question || this.over) return;
    const place = Number(question.dataset['place']);
    const seq = Number(question.dataset['seq']) + 1;
    question.dataset['seq'] = String(seq);
    const key = `${this.sitting}/${place}`;
    const answer: Answer = { key, sitting: this.sitting, place, seq, value: read(question), written: Date.now(), state: 'waiting' };
    void answerPut(answer)
      .then(() => {
        this.say(question, SAYS.waiting);
        return flag();
      })
      .then(() => this.count())
      .then(() => this.send(SOON))
      .catch(() => this.say(question, '这个浏览器存不住答案，请按“先存一下”'));
  }

  private submitted(event: Event): void {
    event.preventDefault();
    const empty = Array.from(this.form.querySelectorAll<HTMLFieldSetElement>('fieldset[data-place]')).filter((one) => read(one) === '').length;
    const ask = empty > 0 ? `还有 ${empty} 题没有答。交卷以后不能再改，现在交卷吗？` : '交卷以后不能再改，现在交卷吗？';
    if (window.confirm(ask)) void this.handIn();
  }

  private async handIn(): Promise<void> {
    const paper = await paperFind(this.sitting);
    if (!paper) {
      // This browser keeps nothing: the form goes as it would without scripts.
      this.form.insertAdjacentHTML('beforeend', '<input type="hidden" name="submit" value="1">');
      this.form.submit();
      return;
    }
    await paperPut({ ...paper, submit: true });
    await flag();
    this.locked();
    this.send(0);
  }

  /** Handed in here, perhaps not yet there. */
  private locked(): void {
    this.over = true;
    for (const question of this.form.querySelectorAll<HTMLFieldSetElement>('fieldset[data-place]')) question.disabled = true;
    for (const button of this.form.querySelectorAll('button')) button.disabled = true;
    this.tell('已保存到本机，联网后自动交卷，不用一直开着这一页。');
  }

  private send(after: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      void deliver((sitting, news) => {
        if (sitting === this.sitting) void this.went(news);
      });
    }, after);
  }

  private async went(news: News): Promise<void> {
    this.cut = news === 'offline';
    if (news === 'over') {
      this.over = true;
      window.location.replace(`/sittings/${this.sitting}/result`);
      return;
    }
    for (const answer of await answerList(this.sitting)) {
      const question = this.question(answer.place);
      if (question && answer.seq === Number(question.dataset['seq']) && !question.dataset['elsewhere']) this.say(question, SAYS[answer.state]);
    }
    await this.count();
    if (news === 'signed-out') this.tell('登录已过期。答案都在本机，请在另一个窗口登录，回来会自动上传。');
    else if (news === 'refused') this.tell('这份答卷不能从这里上传：请用答题的那个账号登录。答案都在本机。');
    if (news !== 'sent') this.send(RETRY);
  }

  /** Another device of the same person has answered later. */
  private elsewhere({ sitting, place, value, was }: { sitting: string; place: number; value: string; was: string }): void {
    const question = sitting === this.sitting ? this.question(place) : null;
    if (!question) return;
    void answerFind(`${sitting}/${place}`).then((answer) => {
      if (answer) question.dataset['seq'] = String(answer.seq);
    });
    write(question, value);
    if (value === was) return;
    question.dataset['elsewhere'] = 'yes';
    this.say(question, '这道题在您的另一台设备上改过，现在是那边的答案。要改就在这里重新选。');
  }

  private say(question: HTMLElement, words: string): void {
    if (words !== SAYS.saved) delete question.dataset['elsewhere'];
    const place = question.querySelector<HTMLElement>('[data-asked-state]');
    if (place && place.textContent !== words) place.textContent = words;
  }

  private tell(words: string): void {
    const place = this.form.querySelector<HTMLElement>('[data-sitting-said]');
    if (place && place.textContent !== words) place.textContent = words;
  }

  private async count(): Promise<void> {
    if (this.over) return;
    const answers = await answerList(this.sitting);
    const waiting = answers.filter((answer) => answer.state === 'waiting').length;
    if (waiting > 0) this.tell(`${waiting} 题已保存到本机，${navigator.onLine && !this.cut ? '正在上传' : '联网后自动上传'}`);
    else if (answers.length > 0) this.tell('答案都已上传');
  }

  /** What is left, to the second only at the end: a clock that runs makes nobody think better. */
  private tick(): void {
    const left = Math.max(0, Math.round((this.ends - Date.now()) / 1000));
    const place = this.form.querySelector<HTMLElement>('[data-sitting-left]');
    const words = left > 120 ? `还剩 ${Math.ceil(left / 60)} 分钟` : left > 0 ? `还剩 ${left} 秒` : '时间到';
    if (place && place.textContent !== words) place.textContent = words;
    if (left > 0) window.setTimeout(() => this.tick(), 1000);
    else if (!this.over) void this.handIn();
  }
}
