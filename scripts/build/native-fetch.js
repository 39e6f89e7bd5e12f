export const { fetch } = globalThis;
// biome-ignore lint/style/noDefaultExport: grammY imports the default
export default fetch;
