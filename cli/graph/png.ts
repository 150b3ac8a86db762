import { createRequire } from 'node:module'

import { Resvg } from '@resvg/resvg-js'

// As wide as Arial, which the layout counted with; the machine may have no font at all.
const font = createRequire(import.meta.url).resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf')

/** Two pixels for one of the SVG, so that texts stay sharp. */
const zoom = 2
const widestPixels = 16_000

/** An SVG of the graph as a PNG in light colours, twice its size but at most 16,000 pixels wide and high. */
export const pngOf = (svg: string): Buffer => {
  const options = { font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: 'Arimo', sansSerifFamily: 'Arimo' } }
  const { width, height } = new Resvg(svg, options)
  const fitting = Math.min(zoom, widestPixels / Math.max(width, height))
  return new Resvg(svg, { ...options, fitTo: { mode: 'zoom', value: fitting } }).render().asPng()
}
