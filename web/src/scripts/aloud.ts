/** 长辈版: a button that reads the page aloud, where the browser can. */
export function aloud(): void {
  if (!('speechSynthesis' in window) || !document.documentElement.classList.contains('elder')) return;
  document.addEventListener('DOMContentLoaded', () => {
    const heading = document.querySelector('main h1');
    const main = document.querySelector('main');
    if (!heading || !main) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-outline read-aloud';
    button.textContent = '朗读本页';
    button.addEventListener('click', () => {
      const speaking = window.speechSynthesis.speaking;
      window.speechSynthesis.cancel();
      button.textContent = speaking ? '朗读本页' : '停止朗读';
      if (!speaking) speak(main.innerText.replace('停止朗读', ''), () => (button.textContent = '朗读本页'));
    });
    heading.after(button);
  });
  window.addEventListener('pagehide', () => window.speechSynthesis.cancel());
}

function speak(text: string, done: () => void): void {
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = 'zh-CN';
  speech.rate = 0.9;
  speech.onend = done;
  window.speechSynthesis.speak(speech);
}
