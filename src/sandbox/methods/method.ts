import type { ApiRequest } from '../http/fields.ts';
import type { SandboxState } from '../state/state.ts';

/** A Bot API method: returns the `result` of its answer. @throws ApiError */
export type Method = (state: SandboxState, request: ApiRequest) => unknown;

/** Methods by their names. */
export type Methods = Readonly<Record<string, Method>>;

/** A method with its documented name. */
export interface NamedMethod {
  readonly name: string;
  readonly run: Method;
}
