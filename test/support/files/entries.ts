import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A clock that stands still until it is set. */
export interface Clock {
  now: number;
}

/** Half past eleven on a winter's day. */
export const START = Date.parse('2026-01-30T11:30:00Z');

export const MINUTE = 60_000;

export async function readJson(folder: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}

export async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(value));
}

export const person = (id: number) => ({ id, type: 'private', name: `Person ${id}` });
