import type { ApiRequest } from '../http/fields.ts';
import type { SandboxState } from '../state/state.ts';

/** A Bot API method: the `result` of its answer. @throws ApiError a refusal */
export type Method = (world: SandboxState, request: ApiRequest) => unknown;

/** Methods by their names. */
export type Methods = Readonly<Record<string, Method>>;

/** A method with its name as the documentation writes it. */
export interface NamedMethod {
  readonly name: string;
  readonly run: Method;
}
