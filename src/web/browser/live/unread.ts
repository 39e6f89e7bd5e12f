/** Shows the number of messages that arrived in the background in the page's title, as mail programs do. */

let count = 0;

const isInView = () => document.visibilityState === 'visible' && document.hasFocus();

function showCount(): void {
  const title = document.title.replace(/^\(\d+\) /, '');
  document.title = count === 0 ? title : `(${count}) ${title}`;
}

export function countUnread(): void {
  if (isInView()) return;
  count += 1;
  showCount();
}

export function followUnread(): void {
  const seen = () => {
    if (!isInView()) return;
    count = 0;
    showCount();
  };
  addEventListener('focus', seen);
  document.addEventListener('visibilitychange', seen);
}
