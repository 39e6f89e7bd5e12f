/** Invalid formatting; the message is the server's. */
export class ParseError extends Error {}
