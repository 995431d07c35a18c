import { config } from 'zod'

// zod compiles its parsers with `new Function` unless told not to, and a strict content policy reports each try. It
// decides that as the schemas are made, so this comes before everything that makes one.
config({ jitless: true })
