import type { Backlog, Count, Question } from './question.ts'

// A line for each group: pending are those that a consumer holds, lag those that none has been given. Redis does not know the lag where
// entries were removed in between. A line without a group tells the length, for an app that has never asked.
const script = `
local out = {}
for _, topic in ipairs(KEYS) do
  out[#out + 1] = topic .. '\\t\\t' .. redis.call('XLEN', topic)
  local groups = redis.pcall('XINFO', 'GROUPS', topic)
  for _, flat in ipairs(groups.err and {} or groups) do
    local group = {}
    for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
    local lag = group.lag or #redis.call('XRANGE', topic, '(' .. group['last-delivered-id'], '+')
    out[#out + 1] = topic .. '\\t' .. group.name .. '\\t' .. (group.pending + lag)
  end
end
return out`

/** Reads the script's lines. Pure. */
export const backlogIn = (text: string, questions: readonly Question[]): Backlog[] => {
  const rows = text.split('\n').map((line) => line.trimEnd().split('\t'))
  const countOf = (topic: string, group: string): number | undefined => {
    const found = rows.find((row) => row[0] === topic && row[1] === group)?.[2]
    return found === undefined ? undefined : Number(found)
  }
  return questions.map(({ topic, app }) => ({ topic, app, count: countOf(topic, app) ?? countOf(topic, '') ?? 0 }))
}

/** Streams of Redis, where an app is a consumer group. */
export const countInRedis: Count = async ({ port, exec }, questions) => {
  const topics = [...new Set(questions.map(({ topic }) => topic))]
  return backlogIn(await exec(['redis-cli', '-p', String(port), 'EVAL', script, String(topics.length), ...topics]), questions)
}
