/** Makes the page a pane of glass: no menu, no zoom, nothing to drag or select; each touch is seen at once. */
export function quietGlass() {
  const not = (event: Event) => event.preventDefault()
  window.addEventListener('contextmenu', not)
  window.addEventListener('dragstart', not)
  window.addEventListener('selectstart', not)
  window.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), { passive: false })
  window.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && ['+', '-', '=', '0'].includes(event.key)) event.preventDefault()
  })
  window.addEventListener('pointerdown', ripple, { passive: true })
}

function ripple({ clientX, clientY }: PointerEvent) {
  const ring = document.createElement('i')
  ring.className = 'ripple'
  ring.style.left = `${clientX}px`
  ring.style.top = `${clientY}px`
  ring.addEventListener('animationend', () => ring.remove())
  document.body.append(ring)
}
