/** A drawing without a word, for the moments in which no page can be loaded: a lamp that breathes, slowly. */
const drawing = `<!doctype html><meta charset="utf-8"><title>Makerhall</title><style>
html,body{height:100%;margin:0;background:#0b1020;display:grid;place-items:center}
circle{animation:b 4s ease-in-out infinite alternate}@keyframes b{from{opacity:.25}to{opacity:.9}}
@media(prefers-reduced-motion:reduce){circle{animation:none;opacity:.6}}</style>
<svg width="240" viewBox="0 0 120 160" fill="none" stroke="#f5ead8" stroke-width="4" stroke-linecap="round">
<circle cx="60" cy="60" r="34" fill="#f2b84b" stroke="none"/><path d="M42 100a46 46 0 1 1 36 0v14H42zM46 126h28M52 138h16"/></svg>`

export const resting = `data:text/html;charset=utf-8,${encodeURIComponent(drawing)}`
