import { onTestFinished } from 'vitest';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { freePort } from '../network/free-port.ts';

export interface Reply {
  readonly status: number;
  readonly ok: boolean;
  readonly result: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

/** A started sandbox that stops with its test. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = createSandbox({ port: await freePort(), limits: false, ...options });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

async function readReply(response: Response): Promise<Reply> {
  return { status: response.status, ...((await response.json()) as Omit<Reply, 'status'>) };
}

/** Calls a method with a JSON body. */
export async function call(sandbox: Sandbox, method: string, body: object = {}, token = sandbox.token): Promise<Reply> {
  const response = await fetch(`${sandbox.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return readReply(response);
}

/** Calls a method with a multipart form; bytes become files. */
export async function upload(
  sandbox: Sandbox,
  method: string,
  fields: Readonly<Record<string, string | { readonly name: string; readonly data: Uint8Array<ArrayBuffer> }>>,
): Promise<Reply> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(name, value);
    else form.set(name, new Blob([value.data]), value.name);
  }
  return readReply(await fetch(`${sandbox.url}/bot${sandbox.token}/${method}`, { method: 'POST', body: form }));
}

/** The header of a PNG of this size, enough to read its dimensions. */
export function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(64);
  data.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(data.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return data;
}
