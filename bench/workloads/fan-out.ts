import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Note } from '../support/figures.ts';
import type { Running } from '../support/subject.ts';
import { TOKEN } from '../support/telegram.ts';
import type { Workload } from './workload.ts';

const PICTURE_BYTES = 5 * 1024 * 1024;
/** A port on which nothing answers: what is accepted waits on disk. */
const NOWHERE = 'http://127.0.0.1:9';
const BOUNDARY = 'bench-fan-out';

/** A PNG by its first bytes. */
const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(PICTURE_BYTES - 8)]);

function formFor(to: readonly string[]): Buffer {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="photo"; filename="a.png"\r\n\r\n`;
  const head = `${field('to', to.join(','))}${field('wait', '0')}${file}`;
  return Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/** Uploads the picture. @returns milliseconds from the last byte of the request to the answer */
function upload({ socketPath }: Running, to: readonly string[]): Promise<number> {
  const form = formFor(to);
  return new Promise((resolve, reject) => {
    let uploadedAt = 0;
    const headers = {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': String(form.length),
    };
    const sending = request({ socketPath, method: 'POST', path: '/send_photo', headers }, (response) => {
      const tookMs = performance.now() - uploadedAt;
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 202) resolve(tookMs);
        else reject(new Error(`The upload was answered with ${response.statusCode}.`));
      });
    });
    sending.on('error', reject);
    sending.on('finish', () => {
      uploadedAt = performance.now();
    });
    sending.end(form);
  });
}

/** Waits until so many deliveries have files of their own. @returns the bytes that all pictures take on the disk */
async function bytesOf(dataDir: string, deliveries: number): Promise<number> {
  const outbox = join(dataDir, 'outbox');
  for (;;) {
    const names = await readdir(outbox);
    const files = names.filter((name) => /\.\d+$/.test(name) && !name.includes('.batch'));
    if (files.length < deliveries || names.some((name) => name.includes('.batch'))) continue;
    const sizes = new Map<number, number>();
    for (const name of files) {
      const { ino, blocks } = await stat(join(outbox, name));
      sizes.set(ino, blocks * 512);
    }
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }
}

async function measure(running: Running, dataDir: string, rounds: number, note: Note): Promise<void> {
  const names = running.users.map((user) => `user:${user ?? userInfo().username}`);
  const half = names.length / 2;
  for (let round = 0; round < rounds; round += 1) {
    note('one destination: accepted after the upload', 'ms', await upload(running, names.slice(0, 1)));
  }
  await bytesOf(dataDir, rounds);
  const startedAt = performance.now();
  for (const to of [names.slice(0, half), names.slice(half)]) {
    note(`${half} destinations: accepted after the upload`, 'ms', await upload(running, to));
  }
  const bytes = await bytesOf(dataDir, rounds + names.length);
  note(
    `${names.length} destinations, two requests: each with files of its own`,
    's',
    (performance.now() - startedAt) / 1000,
  );
  note(`copies of the picture on disk for ${names.length} destinations`, '', bytes / PICTURE_BYTES - rounds);
}

/** Stores a picture once, however many destinations it goes to. */
export const fanOut: Workload = {
  name: 'fan-out',
  about: 'a picture of 5 MB for 100 destinations in two requests, while Telegram is away',
  needs: 'program',
  async run({ subject, note, quick }) {
    const running = await subject.start({ telegram: { url: NOWHERE, token: TOKEN }, links: 100 });
    const { dataDir } = running;
    if (dataDir !== undefined) await measure(running, dataDir, quick ? 2 : 10, note);
    await running.stop();
  },
};
