import { styleText } from 'node:util'

import { readable } from './log-line.ts'

const palette = ['cyan', 'magenta', 'green', 'yellow', 'blue'] as const

/** Puts the name of the process before each line, and colours it by the app on a terminal. */
export const createPrefix = (apps: readonly string[], colours: boolean): ((name: string, line: string) => string) => {
  const width = Math.max(...apps.map((app) => `${app} daprd`.length), 0)
  return (name, line) => {
    const prefix = `${name.padEnd(width)} |`
    const index = apps.findIndex((app) => name === app || name.startsWith(`${app} `))
    const colour = palette[index % palette.length] ?? 'gray'
    return `${colours ? styleText(colour, prefix, { validateStream: false }) : prefix} ${readable(line)}`
  }
}
