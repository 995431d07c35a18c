import { config } from 'zod'

// zod compiles its parsers with `new Function` unless told not to, and the page's content policy reports each try.
// It decides that as the schemas are made, so everything that makes schemas is loaded after this line.
config({ jitless: true })

const { start } = await import('./start.tsx')
await start()
