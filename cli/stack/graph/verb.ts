import { type Picture, pictureOf } from '../../graph/index.ts'
import { differencesIn, livePicture } from '../../graph/live.ts'
import type { Context } from '../context.ts'
import { findStack } from '../deployed.ts'
import { synthesize } from '../desired.ts'
import { type Exit, StackError } from '../errors.ts'
import { graphIn } from '../graph.ts'
import type { Options } from '../options.ts'
import { writeOut } from '../write.ts'
import { drawn, formatOf } from './format.ts'

interface Drawing {
  readonly picture: Picture
  /** Sidecars that could not be asked, in words. */
  readonly troubles: readonly string[]
}

/** What the cluster has: the record that the stack left there, with what its sidecars say where that is asked for. */
const deployedDrawing = async (context: Context): Promise<Drawing> => {
  const [{ connect }, { sightingsOf }] = await Promise.all([import('../connection.ts'), import('./sightings.ts')])
  const connection = await connect(context.options)
  const { record, namespace } = await findStack(context, connection.port, 'graph')
  const graph = graphIn(record)
  if (!context.options.live) return { picture: pictureOf(graph), troubles: [] }
  const { sightings, troubles } = await sightingsOf(connection, namespace, graph)
  return { picture: livePicture(pictureOf(graph), sightings), troubles }
}

const isDeployed = ({ live, namespace, stack, env }: Options): boolean => {
  const deployed = live || namespace !== undefined || stack !== undefined
  if (deployed && env !== undefined) throw new StackError('usage', '--env is of the config, and --live, --namespace and --stack are of a deployed stack', 'give one or the other')
  return deployed
}

/** `stack graph`: the stack as a picture, of the config beside it or of the cluster. */
export const graphVerb = async (context: Context): Promise<Exit> => {
  const { options, output, host } = context
  const format = formatOf(options)
  const { picture, troubles } = isDeployed(options) ? await deployedDrawing(context) : { picture: pictureOf((await synthesize(context)).graph), troubles: [] }
  const differences = differencesIn(picture)
  const result = await drawn(picture, format)
  output.emit({ type: 'result', result: 'graph', value: { ...picture, differences, troubles } })
  for (const trouble of troubles) host.writeError(`stack graph: ${trouble}\n`)
  if (options.out === undefined) output.print(String(result).trimEnd())
  else {
    await writeOut(host.root, options.out, result)
    output.print([`wrote ${options.out}`, ...differences].join('\n'))
  }
  return 'ok'
}
