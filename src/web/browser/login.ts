/** Handles the end of the session while a page is open: the login page reports it and leads back. */

let leaving = false;

export function showLogin(): void {
  if (leaving) return;
  leaving = true;
  const { pathname, search } = location;
  location.assign(`/login?ended&next=${encodeURIComponent(`${pathname}${search}`)}`);
}

/** Whether the server requires a login. */
const isRefused = ({ status, redirected, url }: Response): boolean =>
  status === 401 || (redirected && new URL(url).pathname === '/login');

/** Fetches an address. If the server requires a login, it opens the login page and never resolves. */
export async function ask(address: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(address, init);
  if (!isRefused(answer)) return answer;
  showLogin();
  return new Promise(() => {});
}
