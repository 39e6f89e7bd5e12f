/** The end of a log-in while a page is open: the door says so, and leads back to this page. */

let leaving = false;

export function showLogin(): void {
  if (leaving) return;
  leaving = true;
  const { pathname, search } = location;
  location.assign(`/login?ended&next=${encodeURIComponent(`${pathname}${search}`)}`);
}

/** Whether the server asked to log in instead of answering. */
const isRefused = ({ status, redirected, url }: Response): boolean =>
  status === 401 || (redirected && new URL(url).pathname === '/login');

/** Asks the server; one that wants a log-in first never answers, as the page is left. */
export async function ask(address: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(address, init);
  if (!isRefused(answer)) return answer;
  showLogin();
  return new Promise(() => {});
}
