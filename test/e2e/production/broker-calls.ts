/** A program for Node that speaks to a server over TLS, writes what it is given in base64, and prints what comes back in 3 s, in base64, or nothing. */
export const overTls = `
const [address, ...sent] = process.argv.slice(1)
const [host, port] = address.split(':')
const socket = require('node:tls').connect({ host, port: Number(port), rejectUnauthorized: false })
const end = () => { process.stdout.write(Buffer.concat(got).toString('base64')); process.exit() }
const got = []
socket.on('data', (chunk) => got.push(chunk)).on('close', end)
socket.on('error', ({ code }) => { if (code !== 'ECONNRESET') throw new Error(code) })
for (const one of sent) socket.write(Buffer.from(one, 'base64'))
setTimeout(end, 3000)`

/** Commands of Redis. */
export const redisCommand = (...words: readonly string[]): Buffer => Buffer.from(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)

const kafkaApis = { metadata: 3, apiVersions: 18 } as const

/** A request of Kafka's protocol without content, in its first version: which topics there are, or what the broker speaks, which it says to anybody. */
export const kafkaRequest = (api: keyof typeof kafkaApis): Buffer => {
  // Size, API, its version, a number that comes back, a client without a name, and for metadata an empty list: all topics.
  const content = Buffer.concat([Buffer.from([0, kafkaApis[api], 0, 0, 0, 0, 0, 7, 0xff, 0xff]), ...(api === 'metadata' ? [Buffer.alloc(4)] : [])])
  const size = Buffer.alloc(4)
  size.writeInt32BE(content.length)
  return Buffer.concat([size, content])
}
