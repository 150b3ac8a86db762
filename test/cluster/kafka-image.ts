import { join } from 'node:path'
import { images } from '../../infra/images.ts'
import { cached } from '../../toolchain/cache.ts'
import { ensureKafkaJars } from '../../toolchain/kafka.ts'
import { step, type Progress } from '../../toolchain/progress.ts'
import { versions } from '../../toolchain/versions.ts'
import { PATH, writeDebianLayer } from './debian.ts'
import { ARCHIVE_FORMAT, writeArchive, writeLayer, type ImageConfig } from './docker-archive.ts'

const JAVA_HOME = '/opt/java/openjdk'
const JDK = 'openjdk-17-jdk-headless'
const config: ImageConfig = {
  User: '1000:1000',
  Env: [PATH.replace('=', `=${JAVA_HOME}/bin:`), `JAVA_HOME=${JAVA_HOME}`],
  Cmd: ['java', '-version'],
}

/** All of the Java standard, as log4j asks for classes of the desktop, and what Kafka uses beyond it. */
const modules = ['java.se', 'jdk.crypto.ec', 'jdk.management', 'jdk.net', 'jdk.unsupported', 'jdk.zipfs']

const hooks = [
  `jlink --add-modules ${modules.join(',')} --strip-java-debug-attributes --no-header-files --no-man-pages --output ${JAVA_HOME}`,
  `apt-get purge --yes --quiet --auto-remove ${JDK}`,
  // Java's own classes, prepared: each program starts half a second earlier.
  `${JAVA_HOME}/bin/java -Xshare:dump`,
].map((command) => `chroot "$1" ${command}`)

/**
 * Kafka from Maven's central repository on a Java from Debian's package, under the reference of the official image: a stand-in
 * for machines that cannot pull. Like there, `java` is on the PATH and Kafka in /opt/kafka/libs; unlike there, there are no
 * scripts and no settings. It runs as any user with a read-only root, if /tmp is writable.
 */
export async function ensureKafkaImage(progress: Progress): Promise<string> {
  const jars = await ensureKafkaJars(progress)
  return cached('images', {
    name: 'image.tar',
    recipe: [ARCHIVE_FORMAT, images.kafka, versions.debian, JDK, hooks, config, jars],
    make: (file, scratch) => step(progress, `image ${images.kafka} from Debian's Java`, async () => {
      const java = await writeDebianLayer(join(scratch, 'java.tar'), [JDK], hooks)
      const kafka = await writeLayer(join(scratch, 'kafka.tar'), scratch, { 'opt/kafka/libs': jars })
      await writeArchive(file, scratch, images.kafka, [java, kafka], config)
    }),
  }, progress)
}
