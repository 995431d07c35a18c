import { describeProblem, MakerhallError } from '../../shared/problem.ts'
import { productVersion } from '../../shared/server/product.ts'
import { accountReset } from './account-reset.ts'
import { type Command, type Exit, exit, type Terminal, wrongUsage } from './command.ts'
import { doctor } from './doctor.ts'
import { exhibitCheck } from './exhibit-check.ts'
import { schemas } from './schemas.ts'

const commands: readonly Command[] = [exhibitCheck, accountReset, doctor, schemas]

/** Runs one command line. Never throws: what goes wrong is told on `terminal.err` and in the exit code. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<Exit> {
  try {
    return await dispatch(args, terminal)
  } catch (error) {
    if (!(error instanceof MakerhallError)) {
      terminal.err(`makerhall: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return exit.problems
    }
    terminal.err(`makerhall: ${describeProblem(error.problem)}`)
    return error.problem.code === 'usage' ? exit.usage : exit.problems
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<Exit> {
  const asksHelp = args.includes('--help') || args.includes('-h') || args[0] === 'help'
  const words = args.filter((arg) => arg !== '--help' && arg !== '-h' && arg !== 'help')
  const command = commands.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '))
  if (command) {
    if (asksHelp) {
      terminal.out(helpOf(command))
      return exit.ok
    }
    return command.run(args.slice(command.name.split(' ').length), terminal)
  }
  if (args[0] === '--version') {
    terminal.out(productVersion())
    return exit.ok
  }
  const group = commands.filter(({ name }) => words[0] === undefined || name.startsWith(`${words[0]} `))
  if (asksHelp && group.length > 0) {
    terminal.out(overviewOf(group))
    return exit.ok
  }
  const mend = 'See npm run --silent makerhall -- --help.'
  if (words.length === 0) throw wrongUsage('A command is missing.', mend)
  throw wrongUsage(`There is no command ${words.slice(0, group.length > 0 ? 2 : 1).join(' ')}.`, mend)
}

const helpOf = ({ name, synopsis, summary, help }: Command) =>
  `makerhall ${name} ${synopsis}\n${summary}\n\n${help}`

function overviewOf(group: readonly Command[]): string {
  const width = Math.max(...group.map(({ name, synopsis }) => name.length + synopsis.length + 1))
  const lines = group.map(
    ({ name, synopsis, summary }) => `  ${`${name} ${synopsis}`.padEnd(width)}  ${summary}`,
  )
  return `npm run --silent makerhall -- COMMAND\n\n${lines.join('\n')}\n\nEach has its own --help. Exit codes: 0 ok, 1 problems found, 2 wrong usage.`
}
