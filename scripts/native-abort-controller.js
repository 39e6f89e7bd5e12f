export const { AbortController } = globalThis;
