import { styleText } from 'node:util'

import type { Host } from '../host.ts'

type Style = Parameters<typeof styleText>[0]

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** Paints where colours are wanted. */
export const painter = (colours: boolean): Paint => (colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text)

/** Paints on a terminal whose user does not object. */
export const paintOf = ({ stdout, env }: Pick<Host, 'stdout' | 'env'>): Paint => painter(stdout.isTTY && !env['NO_COLOR'])
