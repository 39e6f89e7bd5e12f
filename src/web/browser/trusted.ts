/** The one way for markup into the page: what the server of this page wrote. */

interface Policy {
  createHTML(text: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const own: Policy = { createHTML: (text) => text };
const policy = factory?.createPolicy('notify', own) ?? own;

/** Markup of our server's as a document that runs nothing. */
export const parse = (markup: string): Document =>
  new DOMParser().parseFromString(policy.createHTML(markup), 'text/html');

/** The element with this id in an answer of our server's. */
export async function elementIn(answer: Response, id: string): Promise<HTMLElement | null> {
  return parse(await answer.text()).getElementById(id);
}
