/** Sends answers, as often as it takes. The same answer sent twice is one answer to the server. */
import { type Answer, type Paper, answerFind, answerList, answerPut, device, flag, forget, paperFind, paperList, paperPut } from './store';

/** What a page is told about how it went. */
export type News = 'sent' | 'offline' | 'signed-out' | 'refused' | 'over';

interface Receipt {
  place: number;
  seq: number;
  state: 'saved' | 'older' | 'late' | 'refused';
  value?: string;
}

interface Answered {
  receipts: Receipt[];
  open: boolean;
  left: number;
}

/** Answers in one sending. */
const MOST = 50;

let sending: Promise<void> | undefined;
let again = false;

/** Sends everything that waits; while it is under way a second call makes it look once more. */
export function deliver(tell: (sitting: string, news: News) => void): Promise<void> {
  again = true;
  if (!sending) {
    sending = rounds(tell).finally(() => {
      sending = undefined;
    });
  }
  return sending;
}

async function rounds(tell: (sitting: string, news: News) => void): Promise<void> {
  while (again) {
    again = false;
    for (const paper of await paperList()) tell(paper.sitting, await one(paper));
    await flag();
  }
}

async function one(paper: Paper): Promise<News> {
  for (;;) {
    const waiting = (await answerList(paper.sitting)).filter((answer) => answer.state === 'waiting');
    const now = await paperFind(paper.sitting);
    if (!now || (waiting.length === 0 && !now.submit)) return 'sent';
    const part = waiting.slice(0, MOST);
    const submit = now.submit && part.length === waiting.length;
    const answered = await post(paper.sitting, part, submit);
    if (typeof answered === 'string') return answered;
    for (const receipt of answered.receipts) await settle(paper.sitting, receipt);
    if (submit || !answered.open) {
      if ((await answerList(paper.sitting)).every((answer) => answer.state !== 'waiting')) {
        await forget(paper.sitting);
        return 'over';
      }
      if (now.submit) await paperPut({ ...now, submit: false });
    }
  }
}

async function post(sitting: string, answers: Answer[], submit: boolean): Promise<Answered | News> {
  if (!navigator.onLine) return 'offline';
  const now = Date.now();
  const body = JSON.stringify({
    device: device(),
    answers: answers.map(({ place, seq, value, written }) => ({ place, seq, value, age: Math.max(0, now - written) })),
    submit,
  });
  try {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`/sittings/${sitting}/outbox`, { method: 'POST', body, headers, credentials: 'same-origin' });
    if (answer.ok) return (await answer.json()) as Answered;
    if (answer.status === 401) return 'signed-out';
    return answer.status >= 500 || answer.status === 429 || answer.status === 408 ? 'offline' : 'refused';
  } catch {
    return 'offline';
  }
}

/** What was changed meanwhile waits on. */
async function settle(sitting: string, receipt: Receipt): Promise<void> {
  const held = await answerFind(`${sitting}/${receipt.place}`);
  if (!held) return;
  if (receipt.state === 'older') {
    if (held.seq > receipt.seq) return;
    const value = receipt.value ?? '';
    await answerPut({ ...held, seq: receipt.seq, value, state: 'saved' });
    document.dispatchEvent(new CustomEvent('huiyin:answered-elsewhere', { detail: { sitting, place: receipt.place, value, was: held.value } }));
  } else if (held.seq === receipt.seq) {
    await answerPut({ ...held, state: receipt.state });
  }
}
