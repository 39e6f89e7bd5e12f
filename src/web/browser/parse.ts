/** Parses the server's markup as a document that runs no script. */
export const parse = (markup: string): Document => new DOMParser().parseFromString(markup, 'text/html');

/** The element with this id in an answer of the server. */
export async function elementIn(answer: Response, id: string): Promise<HTMLElement | null> {
  return parse(await answer.text()).getElementById(id);
}
