// Runs in a container of an app, on nothing but Node: publishes so many events through the sidecar, each the given one under a task of its own.
const [url = '', task = '', count = '', event = ''] = process.argv.slice(1)
const inOneCall = 100

for (let sent = 0; sent < Number(count); sent += inOneCall) {
  const events = Array.from({ length: inOneCall }, (): unknown => JSON.parse(event.replaceAll(task, crypto.randomUUID())))
  const body = JSON.stringify(events.map((one, index) => ({ entryId: `${index}`, contentType: 'application/cloudevents+json', event: one })))
  const { ok, status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  if (!ok) throw new Error(`the sidecar answered ${status} to a bulk publish`)
}
