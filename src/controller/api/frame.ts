import type { Manifest } from '../../shared/manifest.ts'

/** What the kit's browser modules are imported as; the build writes them to /kit/. */
const modules = {
  react: 'react.js',
  'react/jsx-runtime': 'jsx-runtime.js',
  'react-dom/client': 'react-dom-client.js',
  '@makerhall/kit': 'kit.js',
} as const

export interface FrameOptions {
  /** Where the frame is loaded from; in a frame without an origin `'self'` would match nothing. */
  origin: string
  manifest: Manifest
  scene: 'attract' | 'play'
  /** Whether the package has a style.css. */
  styled: boolean
  /** New for each document: it lets this document's import map in, and no other inline script. */
  nonce: string
}

/**
 * The document of a scene's sandboxed frame and its policy. The scene gets its own package and the kit; no network, no
 * storage, no page around it.
 */
export function sceneFrame({ origin, manifest, scene, styled, nonce }: FrameOptions): {
  html: string
  policy: string
} {
  const kit = `${origin}/kit/`
  const own = `${origin}/exhibits/${manifest.id}/`
  const at = `${own}${manifest.version}/`
  const imports = Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, kit + file]))
  const html = `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, user-scalable=no">
<title>${manifest.id}</title>
<script type="importmap" nonce="${nonce}">${JSON.stringify({ imports })}</script>
<link rel="stylesheet" href="${kit}kit.css">
${styled ? `<link rel="stylesheet" href="${at}style.css">\n` : ''}</head>
<body>
<script type="module" src="${at}${manifest.scenes[scene]}"></script>
</body>
</html>
`
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    `script-src ${kit} ${own} 'nonce-${nonce}'`,
    `style-src ${kit} ${own} 'unsafe-inline'`,
    `img-src ${kit} ${own} data: blob:`,
    `font-src ${kit} ${own} data:`,
    `media-src ${kit} ${own} data: blob:`,
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origin}`,
  ].join('; ')
  return { html, policy }
}
