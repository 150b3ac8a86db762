import { fileURLToPath } from 'node:url'

/** The path of a program of ours, by its path from the module that asks, without extension: source in the checkout, JavaScript in the package. */
export const programBeside = (module: string, path: string): string => fileURLToPath(new URL(`${path}${module.endsWith('.ts') ? '.ts' : '.js'}`, module))
