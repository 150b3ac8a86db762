import { k8s } from 'cdk8s-plus-29'

/** A folder that the Java machine may write to. */
export const tmpMount = { name: 'tmp', mountPath: '/tmp' } satisfies k8s.VolumeMount
export const tmpVolume: k8s.Volume = { name: tmpMount.name, emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } }

/** The command line of a program in the image of Kafka. Its scripts want a shell and folders they can write to; the classes do not. */
export const kafkaProgram = (mainClass: string, ...args: readonly string[]): string[] => [
  'java',
  '-Xmx400m',
  '-XX:+ExitOnOutOfMemoryError',
  '-Dlog4j2.level=WARN',
  '-cp',
  '/opt/kafka/libs/*',
  mainClass,
  ...args,
]
