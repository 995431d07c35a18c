import type { EventEmitter } from 'node:events'

/** What Johnny-Five asks of an IO plugin (https://github.com/rwaldron/io-plugins). */
export interface IoPlugin extends EventEmitter {
  readonly name: string
}
