import { isMainThread } from 'node:worker_threads'

// Loaded before a program whose cost is measured; a loader's thread loads it, too.
if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    process.stderr.write(`cost ${(userCPUTime + systemCPUTime) / 1e6} ${(maxRSS * 1024) / 1e6}\n`)
  })
}
