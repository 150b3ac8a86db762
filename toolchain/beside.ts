import { fileURLToPath } from 'node:url'

/** The path of a program of ours, by its path from the module that asks, without extension: source in the checkout, JavaScript in the package. */
export const programBeside = (module: string, path: string): string => fileURLToPath(new URL(`${path}${isSource(module) ? '.ts' : '.js'}`, module))

/** Whether a module is run from its source. */
export const isSource = (module: string): boolean => module.endsWith('.ts')
