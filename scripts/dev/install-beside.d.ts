export declare function installBeside(name: string, version: string): Promise<string>;
