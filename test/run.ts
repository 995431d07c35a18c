import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * Every check of the product, one after the other: style, types, import rules, unused code, the build, then the three
 * suites of tests. A skipped test counts as a failed one. The last line is `N passed, N failed`.
 */
const checks: [name: string, command: string, args: string[]][] = [
  ['style', 'biome', ['ci', '--error-on-warnings', '.']],
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  [
    'import rules',
    'depcruise',
    ['--config', 'test/rooms.config.mjs', 'src', 'exhibits', 'firmware-protocol'],
  ],
  ['unused code', 'knip', []],
  ['build', process.execPath, ['src/shell/build.ts']],
]
const suites = ['unit', 'hardware', 'e2e'] as const

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  numFailedTestSuites: z.int(),
})

let passed = 0
let failed = 0
const only = new Set(process.argv.slice(2))
const wanted = (name: string) => only.size === 0 || only.has(name)

function run(command: string, args: string[]): boolean {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (error) console.error(error.message)
  return status === 0
}

for (const [name, command, args] of checks) {
  if (!wanted(name)) continue
  const began = performance.now()
  const ok = run(command, args)
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok' : 'FAILED'}: ${name} (${((performance.now() - began) / 1000).toFixed(0)} s)`)
}

const folder = mkdtempSync(join(tmpdir(), 'makerhall-tests-'))
for (const suite of suites) {
  if (!wanted(suite)) continue
  const file = join(folder, `${suite}.json`)
  const ok = run('vitest', [
    'run',
    '--project',
    suite,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  try {
    const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')))
    const notRun = report.numPendingTests + report.numTodoTests
    passed += report.numPassedTests
    // A suite that could not even be loaded has no failed test, yet it failed.
    failed += Math.max(report.numFailedTests + notRun, ok ? 0 : 1)
    console.log(
      `${suite}: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${notRun} not run`,
    )
  } catch (error) {
    failed++
    console.error(`${suite}: no report (${error instanceof Error ? error.message : String(error)})`)
  }
}
rmSync(folder, { recursive: true })

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
