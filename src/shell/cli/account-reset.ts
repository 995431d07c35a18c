import { resolve } from 'node:path'
import { type Command, exit, readArguments } from './command.ts'

export const accountReset: Command = {
  name: 'account reset',
  synopsis: 'NAME [--data DIR]',
  summary: 'gives an account a new password',
  help: `  NAME        the name that the person signs in with
  --data DIR  the hub's data folder (default: data)

Prints the new password, once. It works while the hub runs and while it does not.`,
  async run(args, { out }) {
    const { positionals, values } = readArguments(args, ['NAME'], {
      data: { type: 'string', default: 'data' },
    })
    const [name = ''] = positionals
    const { resetPassword } = await import('../../hub/accounts/index.ts')
    const password = await resetPassword(resolve(values.data), name)
    out(`The new password of ${name} is ${password}`)
    return exit.ok
  },
}
