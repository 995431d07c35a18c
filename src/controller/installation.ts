import type { Problem } from '../shared/problem.ts'
import type { SiteFile } from '../shared/server/index.ts'
import { type BoundExhibit, bindExhibits } from './channels/index.ts'
import { type ExhibitPackage, loadPackages } from './exhibits/index.ts'

export interface Installation {
  /** In the order of the site file; one that cannot play here is without its manifest and says why. */
  packages: ExhibitPackage[]
  bound: BoundExhibit[]
  /** What is wrong with the site file, with the paths as they are in it. */
  problems: Problem[]
}

/** What stands here: the site's exhibits with their packages, joined to its boards. Never throws. */
export async function readInstallation(
  { site, file, problems, pathInFile }: SiteFile,
  exhibitsFolder: string,
): Promise<Installation> {
  const ids = [...new Set(site.exhibits.map(({ id }) => id))]
  const packages = await loadPackages(exhibitsFolder, ids)
  const manifests = packages.flatMap(({ manifest }) => manifest ?? [])
  const binding = bindExhibits(site, manifests, file ?? undefined)

  const inFile = (problem: Problem): Problem =>
    problem.path === undefined ? problem : { ...problem, path: pathInFile(problem.path) }
  const unbound = (found: ExhibitPackage): ExhibitPackage => {
    if (!found.manifest || binding.bound.some(({ id }) => id === found.id)) return found
    const index = site.exhibits.findIndex(({ id }) => id === found.id)
    const own = binding.problems.filter(({ path }) => path?.startsWith(`exhibits[${index}]`)).map(inFile)
    return { id: found.id, folder: found.folder, manifest: null, problems: own }
  }
  return {
    packages: packages.map(unbound),
    bound: binding.bound,
    problems: [...problems, ...binding.problems.map(inFile)],
  }
}
