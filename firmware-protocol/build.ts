import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sketch = fileURLToPath(new URL('makerhall/', import.meta.url))
const committed = fileURLToPath(new URL('hex/', import.meta.url))
/** Where Debian's arduino-core-avr puts the Arduino core. */
const core = '/usr/share/arduino/hardware/arduino/avr'
const needed = 'Install it with: apt-get install gcc-avr avr-libc arduino-core-avr'

const targets = {
  uno: { mcu: 'atmega328p', variant: 'standard', board: 'AVR_UNO', flash: 32_256, ram: 2_048 },
  mega: { mcu: 'atmega2560', variant: 'mega', board: 'AVR_MEGA2560', flash: 253_952, ram: 8_192 },
} as const
export type Target = keyof typeof targets

/** The rest is kept for what later firmwares add, and for the stack. */
const mostFlash = 0.9
const mostRam = 0.75

export interface Build {
  file: string
  /** Shares of what the board has, 0 to 1; flash without the bootloader's part. */
  flash: number
  ram: number
}

function run(program: string, args: string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error(`${program} is missing. ${needed}`)
    throw error
  }
}

/**
 * Compiles the sketch as the Arduino IDE would, but with Debian's compiler and core, into `folder/makerhall-<target>.hex`.
 * The same sources and the same compiler give the same bytes: nothing of time, folder or machine gets in.
 * @param defines extra preprocessor definitions, for builds that only tests use
 * @throws Error when the compiler or the core is missing or the sketch does not compile
 */
export function buildFirmware(target: Target, folder: string, defines: string[] = []): Build {
  if (!existsSync(core)) throw new Error(`The Arduino core is missing at ${core}. ${needed}`)
  const { mcu, variant, board, flash, ram } = targets[target]
  const work = mkdtempSync(join(tmpdir(), 'makerhall-firmware-'))
  try {
    const common = [
      `-mmcu=${mcu}`,
      '-DF_CPU=16000000L',
      '-DARDUINO=10819',
      `-DARDUINO_${board}`,
      '-DARDUINO_ARCH_AVR',
      '-DDECIMAL_DIG=10', // this gcc's float.h lacks it, and the core's Print.h asks for it
      ...defines.map((define) => `-D${define}`),
      '-Os',
      '-ffunction-sections',
      '-fdata-sections',
      `-I${core}/cores/arduino`,
      `-I${core}/variants/${variant}`,
    ]
    const cpp = ['-std=gnu++11', '-fno-exceptions', '-fno-threadsafe-statics']
    const compile = (source: string, object: string, flags: string[]) =>
      run('avr-gcc', [...common, ...flags, '-c', source, '-o', object], work)

    const coreObjects = readdirSync(`${core}/cores/arduino`)
      .filter((name) => /\.(c|cpp|S)$/.test(name))
      .sort()
      .map((name) => {
        const flags = name.endsWith('.cpp')
          ? cpp
          : name.endsWith('.S')
            ? ['-x', 'assembler-with-cpp']
            : ['-std=gnu11']
        compile(`${core}/cores/arduino/${name}`, `core-${name}.o`, ['-w', ...flags])
        return `core-${name}.o`
      })
    run('avr-ar', ['rcsD', 'core.a', ...coreObjects], work)

    const objects = readdirSync(sketch)
      .filter((name) => /\.(cpp|ino)$/.test(name))
      .sort()
      .map((name) => {
        const ino = name.endsWith('.ino') ? ['-x', 'c++', '-include', 'Arduino.h'] : []
        compile(join(sketch, name), `${name}.o`, ['-Wall', '-Wextra', '-Werror', ...cpp, ...ino])
        return `${name}.o`
      })
    run(
      'avr-gcc',
      [`-mmcu=${mcu}`, '-Os', '-Wl,--gc-sections', ...objects, 'core.a', '-lm', '-o', 'makerhall.elf'],
      work,
    )
    run('avr-objcopy', ['-O', 'ihex', '-R', '.eeprom', 'makerhall.elf', 'makerhall.hex'], work)

    const size = run('avr-size', ['-A', 'makerhall.elf'], work)
    const section = (name: string) => Number(new RegExp(`^\\${name}\\s+(\\d+)`, 'm').exec(size)?.[1] ?? 0)
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `makerhall-${target}.hex`)
    writeFileSync(file, readFileSync(join(work, 'makerhall.hex'), 'utf8').replaceAll('\r\n', '\n'))
    return {
      file,
      flash: (section('.text') + section('.data')) / flash,
      ram: (section('.data') + section('.bss') + section('.noinit')) / ram,
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

function main(): number {
  for (const target of ['uno', 'mega'] as const) {
    const { file, flash, ram } = buildFirmware(target, committed)
    console.log(`${target}: flash ${percent(flash)}, RAM ${percent(ram)} before the stack: ${file}`)
    if (flash > mostFlash || ram > mostRam) {
      console.error(
        `${target}: more than ${percent(mostFlash)} of the flash or ${percent(mostRam)} of the RAM.`,
      )
      return 1
    }
  }
  return 0
}

if (import.meta.main) {
  try {
    process.exitCode = main()
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    console.error(error instanceof Error ? error.message : error, output)
    process.exitCode = 1
  }
}
