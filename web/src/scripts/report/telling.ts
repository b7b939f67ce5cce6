/** Says on the page how far a report is that was kept on this telephone. */
import type { Draft } from './drafts';
import { settle } from './delivery';

/** The place for such words: above everything else of the page. */
function board(): HTMLElement {
  const found = document.getElementById('report-board');
  if (found) return found;
  const made = document.createElement('div');
  made.id = 'report-board';
  made.setAttribute('role', 'status');
  document.getElementById('content')?.before(made);
  return made;
}

/** One line for one report; a later line about the same report takes its place. `trying` while it is being sent. */
export function tell(draft: Draft, trying = false): void {
  const place = board();
  const line = document.createElement('div');
  line.className = 'report-line';
  line.dataset['nonce'] = draft.nonce;
  const words = document.createElement('p');
  line.append(words);
  if (draft.state === 'waiting') {
    const what = draft.path ? '现场记录' : '问题';
    words.textContent = trying ? `正在发送您存在本机的${what}……` : '已保存到本机，还没有提交。联网后打开本站任何一页，会自动提交一次。';
  } else if (draft.state === 'sent' && draft.path) {
    words.textContent = '存在本机的现场记录已交。';
  } else if (draft.path) {
    words.textContent = '存在本机的现场记录没有交成，需要您看一看，内容都还在。';
    line.append(link('打开看看', draft.path));
  } else if (draft.state === 'sent') {
    if (draft.alarm) {
      const alarm = document.createElement('p');
      alarm.className = 'field-error';
      alarm.textContent = `${draft.alarm}！在这里提交不等于报警。`;
      line.prepend(alarm);
    }
    words.textContent = `已提交。回执码：${draft.receipt ?? ''}　请抄下来，关掉以后不再显示。`;
    line.append(
      link('看进展', '/follow/case'),
      press('我抄好了', () => {
        // Gone from the page once it is gone from the telephone: whoever leaves at once would see it again.
        const kept = () => {
          words.textContent = `回执码：${draft.receipt ?? ''}　这部手机没能清掉它，请再按一次“我抄好了”；还不行就关掉这一页再打开。`;
        };
        void settle(draft).then(() => line.remove(), kept);
      }),
    );
  } else {
    const [county, town] = draft.key.split('/');
    words.textContent = '存在本机的一件没有提交成，需要您看一看，内容都还在。';
    line.append(link('打开看看', `/problems/new?county=${county ?? ''}&town=${town ?? ''}`));
  }
  for (const old of place.querySelectorAll<HTMLElement>('.report-line')) if (old.dataset['nonce'] === draft.nonce) old.remove();
  place.append(line);
}

function link(label: string, address: string): HTMLElement {
  const made = document.createElement('a');
  made.className = 'btn btn-outline btn-sm';
  made.href = address;
  made.textContent = label;
  return made;
}

/** A button that does something here. */
export function press(label: string, act: () => void, look = 'btn-outline'): HTMLElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `btn ${look} btn-sm`;
  made.textContent = label;
  made.addEventListener('click', act);
  return made;
}
