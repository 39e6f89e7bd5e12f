export function unpackDebian(name: string): Promise<string>;
