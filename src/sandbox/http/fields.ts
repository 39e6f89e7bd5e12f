import { badRequest } from './api-error.ts';

/** A file of a multipart request. */
export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly data: Buffer;
}

/** A request's parameters from query, JSON or form. */
export interface ApiRequest {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Refuses text that can't be encoded in UTF-8. */
export function requireUnicode(text: string): string {
  if (LONE_SURROGATE.test(text)) throw badRequest('strings must be encoded in UTF-8');
  return text;
}

/** Whether a JSON value is an object, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A parameter as text; empty if it is missing. @throws ApiError 400 for lone surrogates */
export function textOf(request: ApiRequest, name: string): string {
  const value = request.fields.get(name);
  if (value === undefined || value === null) return '';
  return requireUnicode(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** A parameter as a whole number, clamped to the bounds, or `fallback` if it is missing or no number. */
export function integerOf(request: ApiRequest, name: string, fallback: number, least: number, most: number): number {
  const text = textOf(request, name).trim();
  if (!/^[+-]?\d+$/.test(text)) return fallback;
  return Math.min(most, Math.max(least, Number(text)));
}

/** A parameter as a boolean; true for `true`, `yes` and `1`. */
export function flagOf(request: ApiRequest, name: string): boolean {
  return ['true', 'yes', '1'].includes(textOf(request, name).trim().toLowerCase());
}

/**
 * A parameter that holds JSON: as a value, or as text in a form field.
 *
 * @returns `undefined` if it is missing
 * @throws ApiError 400 with `detail` if it can't be parsed
 */
export function jsonOf(request: ApiRequest, name: string, detail: string): unknown {
  const value = request.fields.get(name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw badRequest(detail);
  }
}
