import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'

/**
 * A board's EEPROM in a file of exactly its size. Writes go one after another, each the whole image, through a file beside it
 * and a rename: a cut leaves the old image or the new one.
 */
export class EepromFile {
  readonly #file: string
  readonly #size: number
  readonly #warn: (message: string) => void
  #next: Uint8Array | null = null
  #writing: Promise<void> | null = null

  constructor(file: string, size: number, warn: (message: string) => void) {
    this.#file = file
    this.#size = size
    this.#warn = warn
  }

  /** The image, blank (0xff) where there is none. One of a wrong size or that cannot be read is set aside. */
  async read(): Promise<Uint8Array> {
    const blank = new Uint8Array(this.#size).fill(0xff)
    try {
      const image = await readFile(this.#file)
      if (image.length === this.#size) return new Uint8Array(image)
      await this.#setAside(`it has ${image.length} bytes instead of ${this.#size}`)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return blank
      await this.#setAside(`it cannot be read (${codeOf(error)})`)
    }
    return blank
  }

  /** Writes the image soon; of several that wait, the last. */
  save(image: Uint8Array): void {
    this.#next = image
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null
    })
  }

  /** Resolves once everything that was saved is on the disk, or has been warned about. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    while (this.#next) {
      const image = this.#next
      this.#next = null
      try {
        await mkdir(dirname(this.#file), { recursive: true })
        await writeFileAtomic(this.#file, Buffer.from(image))
      } catch (error) {
        // The board plays on; its next change tries again.
        this.#warn(`The EEPROM file ${this.#file} could not be written (${codeOf(error)}).`)
      }
    }
  }

  async #setAside(why: string): Promise<void> {
    const aside = `${this.#file}.broken-${Date.now()}`
    try {
      await rename(this.#file, aside)
      this.#warn(`The EEPROM file ${this.#file} was set aside as ${aside}: ${why}.`)
    } catch (error) {
      this.#warn(`The EEPROM file ${this.#file} is not used: ${why}, nor renamed (${codeOf(error)}).`)
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
