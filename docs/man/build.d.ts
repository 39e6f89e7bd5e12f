export declare const PROGRAMS: readonly string[];
export declare function manPage(name: string, helpOf: (args: readonly string[]) => Promise<string>): Promise<string>;
