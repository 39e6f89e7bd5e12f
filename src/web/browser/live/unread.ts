/** How many messages came while nobody looked, before the title of the page, as programs for mail have it. */

let count = 0;

const isLookedAt = () => document.visibilityState === 'visible' && document.hasFocus();

function showCount(): void {
  const title = document.title.replace(/^\(\d+\) /, '');
  document.title = count === 0 ? title : `(${count}) ${title}`;
}

export function countUnread(): void {
  if (isLookedAt()) return;
  count += 1;
  showCount();
}

export function followUnread(): void {
  const seen = () => {
    if (!isLookedAt()) return;
    count = 0;
    showCount();
  };
  addEventListener('focus', seen);
  document.addEventListener('visibilitychange', seen);
}
