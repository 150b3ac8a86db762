import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a finished run tells its watcher over the IPC channel, and answers when asked whether its event loop turns. */
export const reportDone = (ok) => {
  if (!process.send) return
  process.on('message', () => process.send('alive'))
  process.channel.unref()
  process.send({ ok })
}

/** Node may deadlock in a process's last moment, between the garbage collector and a background compilation (nodejs/node#54918). */
const deadlocked = 'The run was over and its process did not end (a deadlock at the exit of Node, nodejs/node#54918): ended it.'
const leftOpen = 'The run was over and its process goes on: a test left something open. Look for it with --detectOpenHandles.'

const messageFrom = (child) => new Promise((resolve) => { child.once('message', resolve) })

/** Waits for the end of a run that has reported; a process that does not end by itself is ended, and fails the run if a test is the cause. */
const endOf = async (child, ended, { ok }, { endSeconds, print }) => {
  if (await Promise.race([ended, sleep(endSeconds * 1000, undefined, { ref: false })]) !== undefined) return ended
  const answer = messageFrom(child)
  child.send('are you there?', () => undefined)
  const alive = await Promise.race([answer, ended, sleep(5000, undefined, { ref: false })])
  print(alive === undefined ? deadlocked : leftOpen)
  child.kill('SIGKILL')
  await ended
  return alive === undefined && ok ? 0 : 1
}

/**
 * Runs a module that calls `reportDone` when its work is over.
 * Returns its exit code; 1 where a signal ended it, or it was over and went on for more than `endSeconds`.
 */
export const runWatched = async (file, args, { env, endSeconds, print }) => {
  const child = fork(file, args, { env, stdio: 'inherit' })
  const ended = new Promise((resolve) => { child.once('exit', (code) => resolve(code ?? 1)) })
  const first = await Promise.race([ended, messageFrom(child)])
  return typeof first === 'number' ? first : endOf(child, ended, first, { endSeconds, print })
}
