// Loaded before a program whose cost is measured.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  process.stderr.write(`cost ${(userCPUTime + systemCPUTime) / 1e6} ${(maxRSS * 1024) / 1e6}\n`)
})
