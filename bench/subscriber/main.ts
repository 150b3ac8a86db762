import { createServer, type ServerResponse } from 'node:http'

// The least that takes events: answers 200 and keeps nothing but who asked for which event.
const seen = new Set<string>()
const waiting = new Map<string, ServerResponse>()
const idIn = /"id":"([^"]+)"/

const take = (text: string): void => {
  const [, id = ''] = idIn.exec(text) ?? []
  const answer = waiting.get(id)
  waiting.delete(id)
  if (answer) answer.end()
  else if (process.env['REMEMBER'] !== undefined) seen.add(id)
}

const server = createServer((request, response) => {
  const { url = '', method } = request
  if (url.startsWith('/seen/')) {
    const id = url.slice('/seen/'.length)
    if (seen.delete(id)) response.end()
    else waiting.set(id, response)
    return
  }
  if (url === '/dapr/subscribe') response.statusCode = 404
  if (method !== 'POST') {
    response.end()
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    take(Buffer.concat(chunks).toString())
    response.end()
  })
})
server.listen(Number(process.env['APP_PORT']), '127.0.0.1')
