/** Below the second the texts cannot be read. */
const [least, smallestReadable, most] = [0.1, 0.62, 3]
const step = 1.25
const mostScreens = 4

/** @param {Element} view @param {'width' | 'height'} name */
const sizeOf = (view, name) => Math.max(1, Number.parseFloat(view.querySelector('svg')?.dataset[name] ?? '1'))

/** Has the mouse move what is seen; fingers do so anyway. @param {HTMLElement} view */
const dragging = (view) => {
  view.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return
    const [x, y, left, top] = [event.clientX, event.clientY, view.scrollLeft, view.scrollTop]
    const move = (/** @type {PointerEvent} */ to) => { view.scrollTo(left - (to.clientX - x), top - (to.clientY - y)) }
    addEventListener('pointermove', move)
    addEventListener('pointerup', () => { removeEventListener('pointermove', move) }, { once: true })
  })
}

/** Zooms the drawing in an element that scrolls: by buttons, by the keys + - 0, by the wheel with Ctrl. @param {HTMLElement} view */
export const createViewport = (view) => {
  let scale = 1
  const zoomTo = (/** @type {number} */ wanted) => {
    const svg = view.querySelector('svg')
    if (!svg) return
    const middle = [(view.scrollLeft + view.clientWidth / 2) / view.scrollWidth, (view.scrollTop + view.clientHeight / 2) / view.scrollHeight]
    scale = Math.min(most, Math.max(least, wanted))
    svg.style.width = `${sizeOf(view, 'width') * scale}px`
    view.scrollTo((middle[0] ?? 0) * view.scrollWidth - view.clientWidth / 2, (middle[1] ?? 0) * view.scrollHeight - view.clientHeight / 2)
  }
  const wide = () => (view.clientWidth - 4) / sizeOf(view, 'width')
  const fitAll = () => zoomTo(Math.min(1.2, wide(), (view.clientHeight - 4) / sizeOf(view, 'height')))

  dragging(view)
  view.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return
    event.preventDefault()
    zoomTo(scale * (event.deltaY < 0 ? 1.15 : 1 / 1.15))
  }, { passive: false })
  view.addEventListener('keydown', (event) => {
    if (event.key === '+' || event.key === '=') zoomTo(scale * step)
    else if (event.key === '-') zoomTo(scale / step)
    else if (event.key === '0') fitAll()
  })
  return {
    zoomIn: () => zoomTo(scale * step),
    zoomOut: () => zoomTo(scale / step),
    fitAll,
    /**
     * Shows a new drawing: as wide as there is room for but so that it can be read, and one that would be much larger than that as a whole.
     * @param {Element | null} focus what is looked at first
     */
    begin: (focus) => {
      const readable = Math.min(1.1, Math.max(smallestReadable, wide()))
      if (sizeOf(view, 'height') * readable > mostScreens * view.clientHeight) {
        fitAll()
        return
      }
      zoomTo(readable)
      const [inner, outer] = [focus?.getBoundingClientRect(), view.getBoundingClientRect()]
      if (inner) view.scrollBy(inner.left + inner.width / 2 - outer.left - outer.width / 2, inner.top + inner.height / 2 - outer.top - outer.height / 2)
    },
  }
}
