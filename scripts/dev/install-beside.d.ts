export declare function installBeside(name: string, version: string): Promise<string>;
export const TEST_CACHE: string;
