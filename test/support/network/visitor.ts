/** A headless client: follows redirects, keeps cookies by host, and sends browser headers. */

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
}

const MAX_REDIRECTS = 10;
let visitors = 0;

export class Visitor {
  readonly #home: string;
  /** Each client has its own address, as set by a proxy. */
  readonly #address = `192.0.2.${(visitors++ % 250) + 1}`;
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(home: string) {
    this.#home = home;
  }

  /** The cookies it sends to a host. */
  cookies(host = new URL(this.#home).host): string {
    return [...(this.#cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(url: URL, headers: Headers): void {
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, jar);
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...rules] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const over = rules.some((rule) => /^(max-age=0|expires=thu, 01 jan 1970)/i.test(rule));
      if (over) jar.delete(name);
      else jar.set(name, pair.slice(name.length + 1));
    }
  }

  /** Sends one request without following redirects. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.#home);
    const headers = new Headers(init.headers);
    const cookies = this.cookies(url.host);
    headers.set('x-forwarded-for', this.#address);
    if (cookies !== '') headers.set('cookie', cookies);
    const response = await fetch(url, { redirect: 'manual', ...init, headers });
    this.#keep(url, response.headers);
    return response;
  }

  /** Opens an address or sends a form, following redirects. */
  async open(path: string, init: RequestInit = {}): Promise<Page> {
    let url = new URL(path, this.#home).href;
    let response = await this.request(url, init);
    for (let count = 0; response.status >= 300 && response.status < 400; count += 1) {
      if (count >= MAX_REDIRECTS) throw new Error(`${path} redirects endlessly.`);
      await response.arrayBuffer();
      url = new URL(response.headers.get('location') ?? '', url).href;
      response = await this.request(url);
    }
    return { status: response.status, url, text: await response.text(), headers: response.headers };
  }

  get(path: string): Promise<Page> {
    return this.open(path);
  }

  /** Sends a form of the page at `from`, with its hidden fields. */
  async submit(from: string, action: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const { text } = await this.get(from);
    const hidden = [...text.matchAll(/name="(token|user)" value="([^"]+)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    return this.post(action, { ...Object.fromEntries(hidden), ...fields });
  }

  /** Sends a form with exactly these fields. */
  post(action: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Promise<Page> {
    const body = new URLSearchParams(fields);
    return this.open(action, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin', ...headers } });
  }

  /** Calls an endpoint of the JSON API. */
  async api(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>>; readonly headers: Headers }> {
    const response = await this.request(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
    });
    return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers };
  }
}
