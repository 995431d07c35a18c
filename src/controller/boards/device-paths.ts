import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** How Linux names the serial ports that a USB board can be: a USB chip's, and the board's own USB. */
const usbSerial = /^tty(USB|ACM)\d+$/

/**
 * The paths at which boards may be on a Linux without udev's tools, by which serialport lists them.
 * @returns none on a system that has no such folder
 */
export async function devicePaths(folder = '/dev'): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => usbSerial.test(name))
    .sort()
    .map((name) => join(folder, name))
}
