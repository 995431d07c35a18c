import { basename, dirname, resolve } from 'node:path'
import { checkPackage } from '../../controller/exhibits/index.ts'
import { describeProblem } from '../../shared/problem.ts'
import { type Command, exit, readArguments } from './command.ts'

export const exhibitCheck: Command = {
  name: 'exhibit check',
  synopsis: 'FOLDER…',
  summary: 'says everything that is wrong with an exhibit package',
  help: `  FOLDER  a package as you write it (exhibits/ohms-law) or as it is built (build/exhibits/ohms-law)

Each problem is one line: the file, the place in it, what is wrong, what mends it.
docs/exhibits.md explains every field. A sound package is one line and exit code 0.`,
  async run(args, { out, err }) {
    const { positionals } = readArguments(args, ['FOLDER…'], {})
    let broken = false
    for (const named of positionals) {
      const folder = resolve(named)
      // A package may be unpacked anywhere; only where packages live together does its folder's name have to be its id.
      const id = basename(dirname(folder)) === 'exhibits' ? basename(folder) : undefined
      const { manifest, problems } = await checkPackage(folder, { id, source: true })
      if (manifest) {
        const { modes, languages } = manifest
        out(`${manifest.id} ${manifest.version} is sound: ${modes.length} modes, ${languages.join(', ')}.`)
        continue
      }
      broken = true
      for (const problem of problems) err(describeProblem(problem))
      err(`${named}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`)
    }
    return broken ? exit.problems : exit.ok
  },
}
