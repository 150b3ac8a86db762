import { k8s } from './k8s.ts'

/** A folder that the Java machine may write to. */
export const tmpMount = { name: 'tmp', mountPath: '/tmp' } satisfies k8s.VolumeMount
export const tmpVolume: k8s.Volume = { name: tmpMount.name, emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } }

export interface KafkaProgram {
  readonly mainClass: string
  readonly args: readonly string[]
  /** Settings of the Java machine beside those that all programs have. */
  readonly javaOptions: readonly string[]
}

/** The command line of a program in the image of Kafka. Its scripts want a shell and folders they can write to; the classes do not. */
export const kafkaProgram = ({ mainClass, args, javaOptions }: KafkaProgram): string[] => [
  'java',
  '-XX:+ExitOnOutOfMemoryError',
  ...javaOptions,
  '-cp',
  '/opt/kafka/libs/*',
  mainClass,
  ...args,
]

/** The command line of a program that is done in a second: it is not worth optimizing, and logs nothing but errors. */
export const kafkaTool = (mainClass: string, ...args: readonly string[]): string[] =>
  kafkaProgram({ mainClass, args, javaOptions: ['-Xmx128m', '-XX:TieredStopAtLevel=1'] })
