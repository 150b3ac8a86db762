import { ensureJars, jarVersion } from './jars.ts'
import type { Progress } from './progress.ts'

/** The version of Kafka that pom.xml pins, e.g. `4.1.0`. */
export const kafkaVersion = (): string => jarVersion('kafka')

/** The folder with Kafka's server, its command line tools and all they depend on, fetched by Maven if the cache lacks it. */
export const ensureKafkaJars = (progress: Progress): Promise<string> => ensureJars('kafka', progress)
