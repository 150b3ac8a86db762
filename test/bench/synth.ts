export const benchSynth = async (_host: unknown, _args: readonly string[]): Promise<string[]> => []
