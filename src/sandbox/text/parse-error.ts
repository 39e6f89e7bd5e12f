/** Formatting that cannot be read; the message is the server's. */
export class ParseError extends Error {}
