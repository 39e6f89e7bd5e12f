export const { fetch } = globalThis;
// biome-ignore lint/style/noDefaultExport: grammY asks for it under this name
export default fetch;
