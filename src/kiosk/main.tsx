import { config } from 'zod'

// As in the kit: the content policy reports each try of zod's to compile a parser, and it tries as schemas are made.
config({ jitless: true })

await import('./start.tsx')
